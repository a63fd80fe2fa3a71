/** Posts in the order in which the server ranks them, each with the first reason for its place. */

import type { RankedFragment } from "../api/generated";
import type { Fresh } from "../fresh";
import { decimals } from "../format";
import { PostLink } from "./links";
import { Panel, reason } from "./panel";
import { Ranking } from "./ranking";

type Props = {
  title: string;
  posts: Fresh<readonly RankedFragment[]>;
  size: number;
  /** What is said where there are none. */
  empty: string;
};

export function RankedPosts({ title, posts: { data, failure }, size, empty }: Props) {
  const posts = data ?? [];
  const most = Math.max(...posts.map((each) => Math.abs(each.score))) || 1;
  const rows = posts.map((each) => ({
    key: each.post.postId,
    name: <PostLink id={each.post.postId} />,
    note: each.reasons,
    value: decimals(each.score),
    share: Math.max(0, each.score / most),
  }));
  return (
    <Panel title={title}>
      <Ranking rows={rows} size={size} empty={failure ? reason(failure) : data ? empty : ""} isNoted />
    </Panel>
  );
}
