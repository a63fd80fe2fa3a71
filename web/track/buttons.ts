/** Buttons of actions: what a press records, and `aria-pressed`, which shows the state. */

import { EXCLUDES, isState } from "./actions.ts";
import { backOff, isFailure, NO_TOKEN, type Api } from "./api.ts";
import STATES from "./documents/states.graphql";
import type { HeldStates } from "./held.ts";
import { BUTTONS, interactionOf, isOff } from "./marks.ts";
import { actOf } from "./queue.ts";
import type { Action, Interaction } from "./track.d.mts";

type Answer = {
  viewer: { privacy: { level: string } } | null;
  posts: { postId: string; viewerStates: string[] }[];
};
type Record = (interaction: Interaction, isFixed: boolean) => void;

/** Buttons that appear together are asked for together. */
const GATHER_MS = 50;
const MOST_IDS = 100;
const PRESSED = "aria-pressed";

export class Buttons {
  readonly #api: Api;
  readonly #held: HeldStates;
  readonly #record: Record;
  /** What the server said that holds on a post. */
  readonly #told = new Map<string, string[]>();
  /** What was pressed here, by act; of that the page knows better. */
  readonly #pressed = new Map<string, boolean>();
  readonly #asked = new Set<string>();
  readonly #wanted = new Set<string>();
  #timer: number | undefined;
  #failures = 0;
  #isStopped = false;

  constructor(api: Api, held: HeldStates, record: Record) {
    this.#api = api;
    this.#held = held;
    this.#record = record;
  }

  /** Show the state of a button, and find it out if it is a post's. */
  observe(button: Element): void {
    const interaction = meant(button);
    if (!interaction || !isState(interaction.action) || isOff(button)) return;
    if (!button.hasAttribute(PRESSED)) button.setAttribute(PRESSED, "false");
    this.#show(button);
    const { postId } = interaction;
    if (!postId || this.#asked.has(postId)) return;
    this.#asked.add(postId);
    this.#wanted.add(postId);
    this.retry();
  }

  /** Record what a press says: an event, or the other state than the one that is shown. */
  press(button: Element): void {
    const interaction = meant(button);
    if (!interaction || isOff(button)) return;
    if (!isState(interaction.action)) return this.#record(interaction, true);
    const undo = button.getAttribute(PRESSED) === "true";
    const isKnown = this.#holds(interaction) !== undefined;
    this.#record(undo ? { ...interaction, undo } : interaction, !isKnown);
    this.assume(interaction, !undo);
  }

  /** Take it that a state holds or not, before the server says so. */
  assume(interaction: Interaction, holds: boolean): void {
    const other = EXCLUDES[interaction.action];
    const opposite = { ...interaction, action: other as Action };
    this.#pressed.set(actOf(interaction), holds);
    if (other && holds) this.#pressed.set(actOf(opposite), false);
    this.#showAll();
  }

  /** Ask for the states that are not known yet. */
  retry(): void {
    this.#failures = 0;
    clearTimeout(this.#timer);
    this.#soon(GATHER_MS);
  }

  /** Show nobody's states. */
  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    this.#wanted.clear();
    for (const button of document.querySelectorAll(BUTTONS)) {
      const interaction = meant(button);
      if (interaction && this.#holds(interaction)) button.setAttribute(PRESSED, "false");
    }
  }

  #soon(delayMs: number): void {
    this.#timer = setTimeout(() => {
      const ids = [...this.#wanted].slice(0, MOST_IDS);
      if (ids.length && !isOff()) void this.#read(ids);
    }, delayMs);
  }

  async #read(ids: string[]): Promise<void> {
    const answer = await this.#api.ask<Answer>(STATES, { ids });
    if (this.#isStopped) return; // the buttons may show another user's by now
    if (!isFailure(answer)) return this.#learn(ids, answer);
    const { code, waitS } = answer;
    if (code === "BAD_USER_INPUT") await this.#readHalves(ids);
    else if (code !== NO_TOKEN) this.#soon(backOff(this.#failures++, waitS));
  }

  /** Read the states of all but an id that is none. */
  async #readHalves(ids: string[]): Promise<void> {
    const middle = ids.length >> 1;
    if (!middle) return void this.#wanted.delete(ids[0]!);
    await this.#read(ids.slice(0, middle));
    await this.#read(ids.slice(middle));
    if (this.#wanted.size) this.retry();
  }

  #learn(ids: string[], { viewer, posts }: Answer): void {
    if (viewer?.privacy.level !== "LIMITED") this.#held.forget();
    for (const { postId, viewerStates } of posts) this.#told.set(postId, viewerStates);
    for (const id of ids) this.#wanted.delete(id);
    this.#showAll();
    if (this.#wanted.size) this.retry();
  }

  #showAll(): void {
    document.querySelectorAll(BUTTONS).forEach((button) => this.#show(button));
  }

  #show(button: Element): void {
    const interaction = meant(button);
    const holds = interaction && this.#holds(interaction);
    if (holds !== undefined && !isOff(button)) button.setAttribute(PRESSED, String(holds));
  }

  /** Whether a state holds; undefined where that is not known, and of an event. */
  #holds(interaction: Interaction): boolean | undefined {
    const act = actOf(interaction);
    const told = this.#told.get(interaction.postId!);
    return (
      this.#pressed.get(act) ??
      (told && (told.includes(interaction.action) || this.#held.has(act)))
    );
  }
}

/** What a press of a button is, if it does not take back. */
function meant(button: Element): Interaction | undefined {
  return interactionOf(button, button.getAttribute("data-action") as Action);
}
