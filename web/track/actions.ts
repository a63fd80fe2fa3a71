/** What the script has to know of the actions; a test compares it to the server's vocabulary. */

import type { TargetKind } from "./track.d.mts";

/** Those that hold until they are taken back. */
export const STATES =
  "FAVORITE VIBE REBLOG REPOST BOOKMARK SAVE MORE_LIKE_THIS LESS_LIKE_THIS HIDE REPORT " +
  "PROFILE_VIBE POST_CREATE GROUP_JOIN COMMUNITY_JOIN";

/** States of which recording one takes the other back. */
export const EXCLUDES: Record<string, string> = {
  MORE_LIKE_THIS: "LESS_LIKE_THIS",
  LESS_LIKE_THIS: "MORE_LIKE_THIS",
};

/** Whom or what an action is done to, if not to a post. */
export const KINDS: Record<string, TargetKind> = {
  PROFILE_VISIT: "PROFILE",
  PROFILE_VIBE: "PROFILE",
  HASHTAG_USE: "HASHTAG",
  SEARCH: "QUERY",
  CIRCLE_UPDATE: "CIRCLE",
  GROUP_JOIN: "GROUP",
  COMMUNITY_JOIN: "COMMUNITY",
};

export function isState(action: string): boolean {
  return STATES.split(" ").includes(action);
}
