/** The users with the highest scores. */

import { ask } from "../api/client";
import { LeadersDocument } from "../api/generated";
import { score } from "../format";
import { useFresh } from "../fresh";
import { UserLink } from "./links";
import { Panel, reason } from "./panel";
import { Ranking } from "./ranking";

const SIZE = 10;
const EVERY_MS = 2_000;

export function Leaders() {
  const { data, failure } = useFresh(() => ask(LeadersDocument, { first: SIZE }), EVERY_MS);
  const users = data?.engagementScores ?? [];
  const most = users[0]?.score || 1;
  const rows = users.map((each) => ({
    key: each.user.alias,
    name: <UserLink alias={each.user.alias} />,
    value: score(each.score),
    share: each.score / most,
  }));
  return (
    <Panel title="Leaderboard" area="leaders">
      <Ranking rows={rows} size={SIZE} empty={failure ? reason(failure) : data ? "No user has interactions." : ""} />
    </Panel>
  );
}
