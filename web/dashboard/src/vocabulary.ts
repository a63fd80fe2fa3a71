/** What the server says about the actions, and the families they belong to. */

import { ask } from "./api/client";
import {
  VocabularyDocument,
  type ActionFamily,
  type ActionType,
  type VocabularyQuery,
} from "./api/generated";

export type Action = VocabularyQuery["actionTypes"][number];

export const FAMILIES: readonly ActionFamily[] = [
  "ENGAGEMENT",
  "DISCOVERY",
  "PROFILE",
  "CREATION",
  "SOCIAL_GRAPH",
  "FEEDBACK",
  "NEGATIVE",
];

let known = new Map<ActionType, Action>();

/** Ask once; every other page of the dashboard needs it. */
export async function learn(): Promise<void> {
  const { actionTypes } = await ask(VocabularyDocument, {});
  known = new Map(actionTypes.map((each) => [each.action, each]));
}

export function actions(): Action[] {
  return [...known.values()];
}

export function familyOf(action: ActionType): ActionFamily {
  return known.get(action)?.family ?? "ENGAGEMENT";
}
