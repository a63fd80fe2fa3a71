/** What happens on the whole: how much, which posts and users are ahead, and what comes in. */

import { Activity } from "../parts/activity";
import { Events } from "../parts/events";
import { Figures } from "../parts/figures";
import { Leaders } from "../parts/leaders";
import { Trending } from "../parts/trending";

const EVERYTHING = {};

/** The grid of style/pages.css has a place for each; what recommendations led to goes below them. */
export function Overview() {
  return (
    <div class="page overview">
      <h1 class="unseen">Overview</h1>
      <Figures />
      <Activity />
      <Trending />
      <Events title="Live feed" area="live" filter={EVERYTHING} size={14} isLog />
      <Leaders />
    </div>
  );
}
