/** /track.js: tracks the page that loads it, for the user of `data-token`. */

import { bind } from "./marks.ts";
import { tracker } from "./tracker.ts";

const script = document.currentScript as HTMLScriptElement | null;
if (script && !window.trailmark) {
  bind(script);
  window.trailmark = tracker(script.src || document.baseURI);
  window.trailmark.start({ token: script.dataset.token });
}
