/** A few numbers, in a row of their own. */

import { useEffect, useState } from "preact/hooks";

import { ask } from "../api/client";
import { ActiveUsersDocument, TotalsDocument } from "../api/generated";
import { count, score } from "../format";
import { useFresh } from "../fresh";
import { told } from "../timeline";

const HOUR_MS = 3_600_000;
const TOTAL_MS = 2_000;
const USERS_MS = 15_000; // to count them takes longer than to read a total
const PACE_MS = 1_000;
const PACE_OVER = 10;

export function Figure({ name, value }: { name: string; value: string }) {
  return (
    <div class="figure">
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}

/** What the last day came to, and how fast it goes now. */
export function Figures() {
  const totals = useFresh(read, TOTAL_MS).data;
  const users = useFresh(() => ask(ActiveUsersDocument, {}), USERS_MS).data?.activityStats;
  const active = users && (users.uniqueUsers === null ? "very many" : count(users.uniqueUsers));
  const pace = usePace();
  return (
    <dl class="figures">
      <Figure name="Each second, now" value={score(pace)} />
      <Figure name="Interactions, 1 hour" value={totals ? count(totals.hour) : "–"} />
      <Figure name="Interactions, 24 hours" value={totals ? count(totals.day) : "–"} />
      <Figure name="Active users, 24 hours" value={active ?? "–"} />
    </dl>
  );
}

/** The totals of an hour and of a day; they are read apart, and the day holds no less. */
async function read(): Promise<{ hour: number; day: number }> {
  const { hour, day } = await ask(TotalsDocument, { hour: new Date(Date.now() - HOUR_MS).toISOString() });
  return { hour: hour.total, day: Math.max(hour.total, day.total) };
}

/** How many events a second came over the last ten. */
function usePace(): number {
  const [pace, show] = useState(0);
  useEffect(() => {
    const counts = [told.events];
    const timer = setInterval(() => {
      counts.push(told.events);
      counts.splice(0, counts.length - PACE_OVER - 1);
      show((counts.at(-1)! - counts[0]!) / (counts.length - 1));
    }, PACE_MS);
    return () => clearInterval(timer);
  }, []);
  return pace;
}
