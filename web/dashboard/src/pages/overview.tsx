/** What happens on the whole: how much, what is ahead, what comes in, and whether recommendations help. */

import { Activity } from "../parts/activity";
import { Events } from "../parts/events";
import { Figures } from "../parts/figures";
import { Leaders } from "../parts/leaders";
import { Outcomes } from "../parts/outcomes";
import { Trending } from "../parts/trending";

const EVERYTHING = {};

/** The grid of style/pages.css has a place for each. */
export function Overview() {
  return (
    <div class="page overview">
      <h1 class="unseen">Overview</h1>
      <Figures />
      <Activity />
      <Trending />
      <Events title="Live feed" area="live" filter={EVERYTHING} size={14} isLog />
      <Leaders />
      <Outcomes />
    </div>
  );
}
