/** A user: the score and what it is made of, how much is stored, the history, and what a feed would show. */

import { useMemo } from "preact/hooks";

import { ask } from "../api/client";
import { ScoreMovesDocument, UserDocument } from "../api/generated";
import { count, fully, score, words } from "../format";
import { useFresh } from "../fresh";
import { Components } from "../parts/components";
import { Events } from "../parts/events";
import { Figure } from "../parts/figures";
import { useMoving } from "../parts/moving";
import { Panel, Trouble } from "../parts/panel";
import { Preferences } from "../parts/preferences";
import { Recommended } from "../parts/recommended";

const EVERY_MS = 2_000;
const STORED = {
  FULL: "Interactions are stored under the alias.",
  LIMITED: "Interactions are counted, and not stored for the user.",
  NONE: "Nothing is stored.",
};

export function UserPage({ alias }: { alias: string }) {
  const { data, failure } = useFresh(() => ask(UserDocument, { alias }), EVERY_MS, alias);
  const moving = useMoving(ScoreMovesDocument, { alias }).data?.engagementScore;
  const filter = useMemo(() => ({ userAliases: [alias] }), [alias]);
  const user = data?.user;
  const engagement = moving ?? user?.engagementScore;
  const privacy = user?.privacy;
  return (
    <div class="page subject">
      <h1>
        <span class="what">User</span> <span class="id">{alias}</span>
      </h1>
      <dl class="figures">
        <Figure name="Score" value={engagement ? score(engagement.score) : "–"} />
        <Figure name="Of 100" value={engagement ? score(engagement.normalized) : "–"} />
        <Figure name="Rank" value={engagement?.rank ? count(engagement.rank) : "–"} />
        <Figure name="Privacy" value={privacy ? words(privacy.level) : "–"} />
      </dl>
      <Events title="History" area="history" filter={filter} size={25} isLong without="user" />
      <aside>
        <Panel title="Privacy">
          <p class="privacy">{privacy && `${STORED[privacy.level]} ${since(privacy.updatedAt)}`}</p>
        </Panel>
        <Recommended alias={alias} />
        <Preferences alias={alias} />
        {/* the last one, as it grows by a row with each kind of action */}
        <Panel title="What the score is made of">
          <div class="wide" tabIndex={0} role="region" aria-label="Parts of the score">
            {engagement && <Components components={engagement.components} />}
          </div>
          <Trouble failure={failure} />
        </Panel>
      </aside>
    </div>
  );
}

function since(chosenAt: string | null): string {
  return chosenAt ? `Chosen ${fully(chosenAt)}.` : "That is the server’s default.";
}
