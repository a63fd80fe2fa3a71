/** What a user would be recommended now, and why. */

import { ask } from "../api/client";
import { RecommendedDocument } from "../api/generated";
import { useFresh } from "../fresh";
import { RankedPosts } from "./ranked_posts";

const SIZE = 8;
const EVERY_MS = 4_000;

export function Recommended({ alias }: { alias: string }) {
  const posts = useFresh(() => recommended(alias), EVERY_MS, alias);
  return <RankedPosts title="Would be recommended" posts={posts} size={SIZE} empty="There is nothing new to show." />;
}

async function recommended(alias: string) {
  return (await ask(RecommendedDocument, { alias, first: SIZE })).user?.recommendations.posts ?? [];
}
