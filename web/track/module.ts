/** /track.mjs: the same for bundlers, which begins once it is told to. */

import { tracker } from "./tracker.ts";
import type * as declared from "./track.d.mts";

const made: typeof declared = tracker(import.meta.url);

export const { start, stop, record, setToken } = made;
