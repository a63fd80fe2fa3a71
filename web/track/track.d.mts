/** The types of /track.mjs: what users do with posts, recorded by Trailmark. */

/** What is done to posts. */
export type PostAction =
  | "FAVORITE"
  | "VIBE"
  | "REBLOG"
  | "REPOST"
  | "BOOKMARK"
  | "SAVE"
  | "COMMENT"
  | "REPLY"
  | "SHARE"
  | "CLICK"
  | "MEDIA_EXPAND"
  | "VIEW"
  | "MORE_LIKE_THIS"
  | "LESS_LIKE_THIS"
  | "HIDE"
  | "REPORT"
  | "POST_CREATE"
  | "EXPLORE_CLICK";

/** What is done to something else, each to a target of its kind. */
export type TargetAction =
  | "PROFILE_VISIT"
  | "PROFILE_VIBE"
  | "HASHTAG_USE"
  | "SEARCH"
  | "CIRCLE_UPDATE"
  | "GROUP_JOIN"
  | "COMMUNITY_JOIN";

export type Action = PostAction | TargetAction;
export type TargetKind = "PROFILE" | "HASHTAG" | "QUERY" | "GROUP" | "COMMUNITY" | "CIRCLE";

/** Where an interaction came from, and what was known of the post. */
export interface Context {
  /** At most 64 characters, such as "home". */
  source?: string;
  recommended?: boolean;
  /** What `recommendations` gave out with the post. */
  recommendationId?: string;
  contentType?: string;
  hashtags?: string[];
  /** One of the two; an id is made an alias by the server. */
  authorId?: string;
  authorAlias?: string;
  /** At most 4 KiB as JSON. */
  metadata?: unknown;
}

/** What the user does now. */
export interface Interaction {
  action: Action;
  /** Of actions on posts. */
  postId?: string;
  /** Of all other actions. */
  target?: { kind: TargetKind; id: string };
  /** Takes a state back, such as a favorite. */
  undo?: boolean;
  context?: Context;
}

export interface Options {
  /** The user token that the site's back end made; without one nothing is done until `setToken`. */
  token?: string | null | undefined;
  /**
   * Where Trailmark is, as in "https://trail.example/"; where this file was loaded from by
   * default, so bundles have to say it.
   */
  api?: string;
}

/** An input that the server will never take: the detail of the event `trailmark:refused`. */
export interface Refusal {
  input: Interaction & { occurredAt: string; eventId: string };
  errors: { code?: string; field: string[]; message: string }[];
}

/** Track the page's posts and buttons, and send what waits; a second start replaces the first. */
export function start(options?: Options): void;

/** Send what waits and track nothing more; what cannot be sent now is sent after the next start. */
export function stop(): void;

/** Record what the user does now; without a token nothing is recorded. */
export function record(interaction: Interaction): void;

/** Go on with a new token, of the same user or of another; null when the user has logged out. */
export function setToken(token: string | null): void;

declare global {
  interface DocumentEventMap {
    /** An input was refused for good; it has left the queue. */
    "trailmark:refused": CustomEvent<Refusal>;
    /** The token is no longer taken: give a new one to `setToken`. What waits is kept. */
    "trailmark:token": CustomEvent<null>;
  }
  interface Window {
    /** What /track.js leaves to the page. */
    trailmark?: {
      start: typeof start;
      stop: typeof stop;
      record: typeof record;
      setToken: typeof setToken;
    };
  }
}
