/**
 * What waits to be sent, kept in localStorage over reloads and outages.
 *
 * Each input has a key of its own, so tabs of one user never undo each other's writes.
 */

import { EXCLUDES, isState } from "./actions.ts";
import type { Action, Interaction, Refusal } from "./track.d.mts";

export type Input = Refusal["input"];

export interface Entry {
  key: string;
  input: Input;
  /** Its opposite is to follow it, not to cancel it: it may have arrived, or changed nothing. */
  isFixed: boolean;
}

/** Beyond this the oldest are let go: of months without a network, the latest count. */
const MOST = 1000;

let latest = 0;

export class Queue {
  readonly #prefix: string;
  readonly #memory = new Map<string, string>(); // what localStorage does not take

  constructor(owner: string) {
    this.#prefix = `trailmark ${owner} `;
  }

  /** Add what happens now; `isFixed` unless it is known to change what held before. */
  add(interaction: Interaction, isFixed: boolean): void {
    const entries = this.entries();
    if (isState(interaction.action)) {
      const last = entries.filter(({ input }) => actOf(input) === actOf(interaction)).pop();
      if (last && !last.input.undo === !interaction.undo) return;
      if (last && !last.isFixed) return this.remove(last.key);
      const overtaken = entries.filter(({ input }) => overtakes(interaction, input));
      for (const { key } of overtaken) this.remove(key);
      isFixed ||= !!overtaken.length || !!EXCLUDES[interaction.action];
    }
    if (entries[0] && entries.length >= MOST) this.remove(entries[0].key);
    const input = { ...interaction, occurredAt: instant(), eventId: eventId() };
    this.#write({ key: this.#prefix + input.occurredAt + input.eventId, input, isFixed });
  }

  /** All that waits, oldest first. */
  entries(): Entry[] {
    const found: Entry[] = [];
    for (const [key, text] of [...stored(), ...this.#memory]) {
      if (!key.startsWith(this.#prefix)) continue;
      try {
        const entry = { key, ...(JSON.parse(text) as Omit<Entry, "key">) };
        if (!entry.input.action) throw new SyntaxError();
        found.push(entry);
      } catch {
        this.remove(key); // it was altered by somebody else
      }
    }
    return found.sort((a, b) => (a.key < b.key ? -1 : 1));
  }

  /** Remember that an entry is on its way. */
  fix(entry: Entry): void {
    if (!entry.isFixed) this.#write({ ...entry, isFixed: true });
  }

  remove(key: string): void {
    this.#memory.delete(key);
    try {
      localStorage.removeItem(key);
    } catch {
      // There is no storage.
    }
  }

  #write({ key, ...rest }: Entry): void {
    const text = JSON.stringify(rest);
    try {
      localStorage.setItem(key, text);
    } catch {
      this.#memory.set(key, text);
    }
  }
}

/** The act that an interaction is: an action, and what it is done to. */
export function actOf({ action, postId, target }: Interaction): string {
  return `${action} ${postId ?? target?.id}`;
}

/**
 * Whether an earlier input makes no difference any more, arrived or not. Of a state only the latest
 * is to be sent: a clock that is ahead dates all that arrives together alike, and then undos count.
 */
function overtakes(later: Interaction, earlier: Interaction): boolean {
  const other = EXCLUDES[later.action];
  if (later.undo && other) return false; // recording it took the other back
  const acts = [actOf(later), actOf({ ...later, action: other as Action })];
  return acts.includes(actOf(earlier));
}

function stored(): [string, string][] {
  try {
    return Object.entries(localStorage);
  } catch {
    return [];
  }
}

/** Now, and after all that was said before: what happened later is to be dated later. */
function instant(): string {
  const now = Date.now();
  latest = latest < now + 1000 ? Math.max(now, latest + 1) : now;
  return new Date(latest).toISOString();
}

function eventId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (each) => each.toString(16).padStart(2, "0")).join("");
}
