/** How often each action occurred, highest first. */

import type { ActionType } from "../api/generated";
import { count } from "../format";
import { actions } from "../vocabulary";
import { ActionName } from "./links";
import { Num } from "./num";

type Count = { action: ActionType; count: number };

/** The counts of a post: a row for each action that there is for posts, so that none comes in between. */
export function PostCounts({ counts }: { counts: Count[] }) {
  const counted = new Set(counts.map((each) => each.action));
  const others = actions().filter((each) => each.targetKind === "POST" && !counted.has(each.action));
  const all = [...counts, ...others.map(({ action }) => ({ action, count: 0 }))];
  return (
    <ol class="tally">
      {all.map((each, place) => (
        <li key={place} class={each.count ? "" : "none"}>
          <ActionName action={each.action} />
          <Num text={count(each.count)} />
        </li>
      ))}
    </ol>
  );
}
