/** Posts that the same people engaged with, or that have much in common. */

import { ask } from "../api/client";
import { SimilarDocument } from "../api/generated";
import { useFresh } from "../fresh";
import { RankedPosts } from "./ranked_posts";

const SIZE = 5;
const EVERY_MS = 4_000;

export function Similar({ id }: { id: string }) {
  const posts = useFresh(() => similar(id), EVERY_MS, id);
  return <RankedPosts title="Similar posts" posts={posts} size={SIZE} empty="No post is like it yet." />;
}

async function similar(id: string) {
  return (await ask(SimilarDocument, { id, first: SIZE })).post.similar;
}
