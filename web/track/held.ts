/**
 * The states of a user at LIMITED, remembered in the browser alone: the server counts them, and
 * does not keep whose they are.
 */

import { EXCLUDES } from "./actions.ts";

/** Beyond this the states that were remembered first are forgotten. */
const MOST = 500;

export class HeldStates {
  readonly #key: string;

  constructor(owner: string) {
    this.#key = `trailmark-held ${owner}`;
  }

  has(act: string): boolean {
    return this.#all().includes(act);
  }

  set(act: string, holds: boolean): void {
    const [action = "", id] = act.split(/ (.*)/s);
    const excluded = holds && `${EXCLUDES[action]} ${id}`;
    const kept = this.#all().filter((each) => each !== act && each !== excluded);
    if (holds) kept.push(act);
    try {
      localStorage.setItem(this.#key, JSON.stringify(kept.slice(-MOST)));
    } catch {
      // There is no storage, or no room: the page shows it until it is left.
    }
  }

  forget(): void {
    try {
      localStorage.removeItem(this.#key);
    } catch {
      // There is no storage.
    }
  }

  #all(): string[] {
    try {
      return (JSON.parse(localStorage.getItem(this.#key) ?? "[]") as string[]).map(String);
    } catch {
      return [];
    }
  }
}
