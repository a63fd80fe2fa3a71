/** Follows the feed from a cursor on: nothing is lost or told twice, however often the socket is cut. */

import { FollowDocument, type FollowSubscription, type InteractionFilter } from "./generated";
import { subscribe } from "./live";

export type FeedEvent = FollowSubscription["interactions"];

export type Follower = {
  filter: InteractionFilter;
  event: (event: FeedEvent) => void;
  /** What followed the cursor is no longer kept: the list has to be read anew. */
  tooOld: () => void;
};

const AGAIN_MS = 500;

/** Follow what comes after a cursor; returns what ends it. */
export function follow(after: string, follower: Follower): () => void {
  let cursor = after;
  let stop = () => {};
  let waiting: number | undefined;

  function begin(): void {
    stop = subscribe(FollowDocument, () => ({ filter: follower.filter, after: cursor }), {
      next: ({ interactions: event }) => {
        cursor = event.cursor;
        follower.event(event);
      },
      ended: (failure, extensions) => {
        if (failure?.code === "CURSOR_TOO_OLD") return follower.tooOld();
        const told = extensions["cursor"];
        if (typeof told === "string") cursor = told; // CONSUMER_TOO_SLOW says where to go on
        if (failure?.code === "FORBIDDEN" || failure?.code === "UNAUTHENTICATED") return;
        waiting = window.setTimeout(begin, AGAIN_MS);
      },
    });
  }

  begin();
  return () => {
    clearTimeout(waiting);
    stop();
  };
}
