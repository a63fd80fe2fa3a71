/** Sends what waits in batches, again and again until each input is answered or refused. */

import { backOff, isFailure, NO_TOKEN, sizeOf, type Api, type Failure } from "./api.ts";
import RECORD from "./documents/record.graphql";
import { isOff } from "./marks.ts";
import type { Entry, Input, Queue } from "./queue.ts";
import type { Refusal } from "./track.d.mts";

type Errors = Refusal["errors"];

export interface Result {
  outcome: string;
  privacyLevel: string | null;
  errors: Errors;
}

type Answer = { recordInteractions: { results: Result[] } };

/** A second or two, in which opposite taps cancel and a batch gathers. */
const GATHER_MS = 1500;
const BATCH = 100;
/** Two batches together are less than what browsers send of a page that is gone. */
const BATCH_BYTES = 30_000;
/** So often may a server that takes other inputs stumble over one before that is given up. */
const CHANCES = 3;
const STUMBLES = ["INTERNAL", "BAD_USER_INPUT", "TOO_COMPLEX"];

export class Sender {
  readonly #queue: Queue;
  readonly #api: Api;
  readonly #onResult: (input: Input, result: Result) => void;
  #isStopped = false;
  #timer: number | undefined;
  #failures = 0;
  #most = BATCH;
  readonly #underway = new Set<string>();
  readonly #stumbles = new Map<string, number>();
  #isProven = false; // the server has taken others since it stumbled

  constructor(queue: Queue, api: Api, onResult: (input: Input, result: Result) => void) {
    this.#queue = queue;
    this.#api = api;
    this.#onResult = onResult;
  }

  /** Send what waits before long, unless that is planned. */
  soon(delayMs = GATHER_MS): void {
    this.#timer ??= setTimeout(() => void this.send(), delayMs);
  }

  /** Send what waits now: what failed before may work again. */
  retry(): void {
    this.#failures = 0;
    void this.send();
  }

  /** Send what waits and is not under way; also while a batch is, since the page may be leaving. */
  async send(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const waiting = this.#waiting();
    const batch = this.#next(waiting);
    if (this.#isStopped || !batch.length || !navigator.onLine || isOff()) return;
    for (const entry of batch) {
      this.#queue.fix(entry);
      this.#underway.add(entry.key);
    }
    const inputs = batch.map(({ input }) => dated(input));
    const answer = await this.#api.ask<Answer>(RECORD, { inputs });
    for (const { key } of batch) this.#underway.delete(key);
    if (isFailure(answer)) return this.#failed(batch, answer);
    this.#succeeded(batch, answer.recordInteractions.results);
    this.soon(waiting.length > batch.length ? 0 : GATHER_MS);
  }

  /** Send what waits once more, and then nothing. */
  stop(): void {
    void this.send();
    this.#isStopped = true;
  }

  #waiting(): Entry[] {
    return this.#queue.entries().filter(({ key }) => !this.#underway.has(key));
  }

  /** The oldest that fit into a batch; what the server stumbled over comes last, and alone. */
  #next(waiting: Entry[]): Entry[] {
    const sound = waiting.filter(({ key }) => !this.#stumbles.has(key));
    if (!sound.length) return this.#isProven ? waiting.slice(0, 1) : [];
    let bytes = 0;
    return sound.slice(0, this.#most).filter(({ input }, index) => {
      bytes += sizeOf(JSON.stringify(input));
      return bytes < BATCH_BYTES || !index;
    });
  }

  #succeeded(batch: Entry[], results: Result[]): void {
    this.#failures = 0;
    this.#isProven = true;
    this.#most = Math.min(BATCH, this.#most * 2);
    batch.forEach((entry, index) => this.#settle(entry, results[index]!));
  }

  #failed(batch: Entry[], { code, inputs, waitS }: Failure): void {
    if (code === NO_TOKEN) return; // `retry` is called with the next
    const refused = batch.filter((entry, index) => {
      const errors = inputs.filter((each) => each.index === index);
      if (errors.length) this.#refuse(entry, errors);
      return errors.length;
    });
    if (refused.length) return this.soon(0);
    if (STUMBLES.includes(code)) this.#narrow(batch, code);
    this.soon(backOff(this.#failures++, waitS));
  }

  /** Find the input at which the server stumbles, by halves; give it up in the end. */
  #narrow(batch: Entry[], code: string): void {
    this.#most = Math.max(1, batch.length >> 1);
    const { key } = batch[0]!;
    if (batch.length > 1) return;
    this.#isProven = false;
    const stumbles = (this.#stumbles.get(key) ?? 0) + 1;
    this.#stumbles.set(key, stumbles);
    if (stumbles < CHANCES) return;
    this.#refuse(batch[0]!, [{ code, field: [], message: "the server cannot take it" }]);
  }

  #refuse(entry: Entry, errors: Errors): void {
    this.#settle(entry, { outcome: "REJECTED", privacyLevel: null, errors });
  }

  #settle({ key, input }: Entry, result: Result): void {
    this.#queue.remove(key);
    this.#stumbles.delete(key);
    if (result.outcome === "REJECTED") {
      const detail = { input, errors: result.errors };
      console.warn("trailmark: an input was refused", detail);
      document.dispatchEvent(new CustomEvent("trailmark:refused", { detail }));
    }
    this.#onResult(input, result);
  }
}

/** An input as it is sent now; nothing happened later than that. */
function dated(input: Input): object {
  const sentAt = new Date().toISOString();
  const { occurredAt } = input;
  return { ...input, occurredAt: occurredAt < sentAt ? occurredAt : sentAt, sentAt };
}
