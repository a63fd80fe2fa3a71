/** What recommended posts led to, beside all others: rates for each view, with their 95% intervals. */

import { useState } from "preact/hooks";

import { ask } from "../api/client";
import { type IntervalFragment, type OutcomeGroup, OutcomesDocument } from "../api/generated";
import { count, percent, words } from "../format";
import { useFresh } from "../fresh";
import { Num } from "./num";
import { Panel, reason } from "./panel";

const EVERY_MS = 5_000;
const GROUPS: readonly OutcomeGroup[] = ["DAY", "SOURCE", "VARIANT"];
const SIZE = 6;
const HEADS = ["Views", "Clicked", "Favorited", "Hidden"];

export function Outcomes() {
  const [by, choose] = useState<OutcomeGroup>("DAY");
  const { data, failure } = useFresh(() => ask(OutcomesDocument, { by }), EVERY_MS, by);
  const all = data?.recommendationOutcomes ?? [];
  const shown = by === "DAY" ? all.slice(-SIZE) : all.slice(0, SIZE);
  const empty = failure ? reason(failure) : data && !all.length ? "Nothing was viewed in the last 30 days." : "";
  const buttons = GROUPS.map((each) => (
    <button key={each} type="button" aria-pressed={each === by} onClick={() => choose(each)}>
      {words(each)}
    </button>
  ));
  return (
    <Panel
      title="Outcomes of recommendations"
      area="outcomes"
      aside={
        <div class="controls" role="group" aria-label="What to group outcomes by">
          {buttons}
        </div>
      }
    >
      <div class="wide" tabIndex={0} role="region" aria-label="Outcomes" style={{ "--size": SIZE }}>
        <table class="components">
          <thead>
            <tr>
              <th scope="col">{words(by)}</th>
              {HEADS.map((head) => (
                <th key={head} scope="col" class="right">
                  {head}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {shown.map((each) => (
              <tr key={`${each.group} ${each.recommended}`}>
                <th scope="row" title={each.group}>
                  {each.group || "None given"} · {each.recommended ? "recommended" : "other"}
                </th>
                {[count(each.views), rate(each.clickRate), rate(each.favoriteRate), rate(each.hideRate)].map(
                  (text, column) => (
                    <td key={column}>
                      <Num text={text} />
                    </td>
                  ),
                )}
              </tr>
            ))}
          </tbody>
        </table>
        {empty && <p class="empty">{empty}</p>}
      </div>
    </Panel>
  );
}

function rate(found: IntervalFragment | null): string {
  return found ? `${percent(found.value)} (${percent(found.low)} to ${percent(found.high)})` : "–";
}
