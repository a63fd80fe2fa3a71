/** The posts that trend, moving as they do. */

import { ask } from "../api/client";
import { TrendingDocument } from "../api/generated";
import { score } from "../format";
import { useFresh } from "../fresh";
import { PostLink } from "./links";
import { Panel, reason } from "./panel";
import { Ranking } from "./ranking";

const SIZE = 10;
const EVERY_MS = 1_000;

export function Trending() {
  const { data, failure } = useFresh(() => ask(TrendingDocument, { first: SIZE }), EVERY_MS);
  const posts = data?.trendingPosts ?? [];
  const most = posts[0]?.score ?? 1;
  const rows = posts.map((each) => ({
    key: each.post.postId,
    name: <PostLink id={each.post.postId} />,
    value: score(each.score),
    share: each.score / most,
  }));
  return (
    <Panel title="Trending" area="trending">
      <Ranking rows={rows} size={SIZE} empty={failure ? reason(failure) : data ? "No post has a score above 0." : ""} />
    </Panel>
  );
}
