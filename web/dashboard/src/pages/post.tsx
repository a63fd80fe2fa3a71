/** A post: its counts, rate and score as they move, who did what, what it is and what is like it. */

import { useMemo } from "preact/hooks";

import { PostMovesDocument } from "../api/generated";
import { count, percent, score, when } from "../format";
import { PostCounts } from "../parts/counts";
import { Description } from "../parts/description";
import { Events } from "../parts/events";
import { Figure } from "../parts/figures";
import { useMoving } from "../parts/moving";
import { Panel, Trouble } from "../parts/panel";
import { Similar } from "../parts/similar";

export function PostPage({ id }: { id: string }) {
  const { data, failure } = useMoving(PostMovesDocument, { ids: [id] });
  const stats = data?.postStats;
  const filter = useMemo(() => ({ postIds: [id] }), [id]);
  const total = stats?.counts.reduce((sum, each) => sum + each.count, 0);
  const rate = stats?.engagementRate;
  return (
    <div class="page subject">
      <h1>
        <span class="what">Post</span> <span class="id">{id}</span>
      </h1>
      <dl class="figures">
        <Figure name="Score" value={stats ? score(stats.score) : "–"} />
        <Figure name="Engagement rate" value={typeof rate === "number" ? percent(rate) : "–"} />
        <Figure name="Counted" value={total === undefined ? "–" : count(total)} />
        <Figure
          name="Last interaction"
          value={stats?.lastInteractionAt ? when(stats.lastInteractionAt) : "–"}
        />
      </dl>
      <Events title="Who did what" area="history" filter={filter} size={25} isLong without="target" />
      <aside>
        <Panel title="Counts">
          <PostCounts counts={stats?.counts ?? []} />
          <Trouble failure={failure} />
        </Panel>
        <Similar id={id} />
        <Description id={id} />
      </aside>
    </div>
  );
}
