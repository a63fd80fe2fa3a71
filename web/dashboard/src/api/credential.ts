/** The key that the person at the page gave: in memory alone, gone with the page. */

import { Signal } from "../signal";

let given = "";

/** Raised whenever the server no longer takes what it was given, or begins to ask for something. */
export const refused = new Signal(0);

export function authorization(): Record<string, string> {
  return given ? { Authorization: `Bearer ${given}` } : {};
}

export function useCredential(credential: string): void {
  given = credential.trim();
}

export function hasCredential(): boolean {
  return given !== "";
}
