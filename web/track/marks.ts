/** What the page's attributes and the browser's privacy signals say. */

import { KINDS } from "./actions.ts";
import type { Action, Context, Interaction } from "./track.d.mts";

export const POSTS = "[data-post-id]:not([data-action])";
export const BUTTONS = "[data-action]";

const OFF = "[data-notrack]";

let script: Element | undefined;

/** Name the element that loaded this script, whose marks count for the whole page. */
export function bind(element: Element): void {
  script = element;
}

/** Whether nothing is to be done for an element, or for the page as a whole. */
export function isOff(element: Element = document.body ?? document.documentElement): boolean {
  return !!element.closest(OFF) || !!script?.matches(OFF);
}

/** Whether the user asked not to be tracked: Global Privacy Control, or Do Not Track. */
export function isPrivate(): boolean {
  const { globalPrivacyControl, doNotTrack } = navigator as Navigator & {
    globalPrivacyControl?: boolean;
    doNotTrack?: string | null;
  };
  return !!globalPrivacyControl || doNotTrack === "1";
}

/** An action on what an element stands for; undefined if it stands for nothing. */
export function interactionOf(element: Element, action: Action): Interaction | undefined {
  const kind = KINDS[action];
  const id = marked(element, kind ? "data-target-id" : "data-post-id");
  if (!id) return undefined;
  const subject = kind ? { target: { kind, id } } : { postId: id };
  const context = contextOf(element);
  return { action, ...subject, ...(context && { context }) };
}

function contextOf(element: Element): Context | undefined {
  const given: Context = {};
  const say = <Name extends keyof Context>(name: Name, value: Context[Name] | null) => {
    if (value) given[name] = value;
  };
  say("source", marked(element, "data-source"));
  say("recommendationId", marked(element, "data-recommendation-id"));
  if (given.recommendationId) given.recommended = true;
  say("contentType", marked(element, "data-content-type"));
  say("hashtags", marked(element, "data-hashtags")?.match(/\S+/g) ?? null);
  say("authorId", marked(element, "data-author-id"));
  say("authorAlias", marked(element, "data-author-alias"));
  return Object.keys(given).length ? given : undefined;
}

/** An attribute of an element, or of the nearest around it. */
function marked(element: Element, name: string): string | null {
  return element.closest(`[${name}]`)?.getAttribute(name) ?? null;
}
