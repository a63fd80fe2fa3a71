/** The panel of activity: by the minute, by the hour or by the day, on the clock of the person who looks. */

import { useMemo, useState } from "preact/hooks";

import { ask } from "../api/client";
import { ActivityDocument, type ActionFamily, type ActivityQuery, type Interval } from "../api/generated";
import { useFresh } from "../fresh";
import { FAMILIES, familyOf } from "../vocabulary";
import { Chart, type Bucket } from "./chart";
import { Panel, Trouble } from "./panel";

const CHOICES: { interval: Interval; text: string; everyMs: number }[] = [
  { interval: "MINUTE", text: "Minute", everyMs: 2_000 },
  { interval: "HOUR", text: "Hour", everyMs: 5_000 },
  { interval: "DAY", text: "Day", everyMs: 10_000 },
];
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

export function Activity() {
  const [choice, choose] = useState(CHOICES[0]!);
  const { interval, everyMs } = choice;
  const { data, failure } = useFresh(() => read(interval), everyMs, interval);
  const buckets = useMemo(() => data?.activityStats.series.map(bucket) ?? [], [data]);
  const aside = (
    <span class="controls" role="group" aria-label="How long a bar is">
      {CHOICES.map((each) => (
        <button
          key={each.interval}
          type="button"
          aria-pressed={each === choice}
          onClick={() => choose(each)}
        >
          {each.text}
        </button>
      ))}
    </span>
  );
  return (
    <Panel title="Activity" area="activity" aside={aside}>
      {failure && !data ? (
        <div class="chart">
          <Trouble failure={failure} />
        </div>
      ) : (
        <Chart buckets={buckets} interval={interval} />
      )}
    </Panel>
  );
}

function read(interval: Interval): Promise<ActivityQuery> {
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  const since = new Date(begin(interval)).toISOString();
  return ask(ActivityDocument, { since, interval, timeZone: timeZone || "UTC" });
}

/** The start of the first of so many whole buckets, the running one among them. */
function begin(interval: Interval): number {
  const now = new Date();
  if (interval === "MINUTE") return Math.floor(now.getTime() / MINUTE_MS - 59) * MINUTE_MS;
  if (interval === "HOUR") return now.setMinutes(0, 0, 0) - 47 * HOUR_MS;
  now.setHours(0, 0, 0, 0);
  return now.setDate(now.getDate() - 29);
}

type Series = ActivityQuery["activityStats"]["series"];

function bucket({ start, total, counts }: Series[number]): Bucket {
  const families = Object.fromEntries(FAMILIES.map((family) => [family, 0])) as Record<ActionFamily, number>;
  for (const { action, count } of counts) families[familyOf(action)] += count;
  return { start: Date.parse(start) / 1000, total, families };
}
