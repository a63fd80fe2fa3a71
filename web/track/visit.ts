/** One user on one page: what is watched, what waits, what is sent. */

import { isState } from "./actions.ts";
import { Api } from "./api.ts";
import { Buttons } from "./buttons.ts";
import { HeldStates } from "./held.ts";
import { BUTTONS, isOff, POSTS } from "./marks.ts";
import { Posts } from "./posts.ts";
import { Queue, actOf, type Input } from "./queue.ts";
import { Sender, type Result } from "./sender.ts";
import type { Interaction } from "./track.d.mts";

const WATCHED = ["data-post-id", "data-target-id", "data-action", "data-notrack"];

export class Visit {
  readonly #api: Api;
  readonly #queue: Queue;
  readonly #held: HeldStates;
  readonly #sender: Sender;
  readonly #buttons: Buttons;
  #posts: Posts;
  readonly #changes = new MutationObserver((records) => this.#follow(records));
  readonly #end = new AbortController();

  constructor(
    url: string,
    readonly user: string,
  ) {
    const owner = `${url} ${user}`;
    this.#api = new Api(url);
    this.#queue = new Queue(owner);
    this.#held = new HeldStates(owner);
    this.#sender = new Sender(this.#queue, this.#api, this.#learn);
    this.#buttons = new Buttons(this.#api, this.#held, this.#add);
    this.#posts = new Posts(this.#track);
  }

  /** Begin: what waited holds already, as far as the page shows. */
  start(token: string): void {
    for (const { input } of this.#queue.entries()) {
      if (isState(input.action)) this.#buttons.assume(input, !input.undo);
    }
    this.use(token);
    this.#listen();
    const options = { childList: true, subtree: true, attributeFilter: WATCHED };
    this.#changes.observe(document.documentElement, options);
    this.#find(document.documentElement);
  }

  /** Go on with another token of the same user. */
  use(token: string): void {
    this.#api.use(token);
    this.#retry();
  }

  /** Record what the page says that the user did. */
  record(interaction: Interaction): void {
    if (isOff()) return;
    this.#add(interaction, true);
    if (isState(interaction.action)) this.#buttons.assume(interaction, !interaction.undo);
  }

  stop(): void {
    this.#end.abort();
    this.#changes.disconnect();
    this.#posts.stop();
    this.#buttons.stop();
    this.#sender.stop();
  }

  #listen(): void {
    const options = { capture: true, signal: this.#end.signal };
    const leave = () => void this.#sender.send();
    document.addEventListener("click", (event) => this.#click(event), options);
    document.addEventListener("auxclick", (event) => this.#click(event), options);
    const changeVisibility = () => {
      this.#posts.changeVisibility();
      if (document.hidden) leave();
    };
    document.addEventListener("visibilitychange", changeVisibility, options);
    addEventListener("pagehide", leave, options);
    addEventListener("pageshow", ({ persisted }) => persisted && this.#viewAgain(), options);
    addEventListener("online", () => this.#retry(), options);
  }

  /** A page that comes back from the browser's cache is viewed anew. */
  #viewAgain(): void {
    this.#posts.stop();
    this.#posts = new Posts(this.#track);
    this.#find(document.documentElement);
    this.#retry();
  }

  #retry(): void {
    this.#sender.retry();
    this.#buttons.retry();
  }

  #click(event: MouseEvent): void {
    if (!(event.target instanceof Element)) return;
    const button = event.target.closest(BUTTONS);
    if (!button) this.#posts.click(event, event.target);
    else if (!event.button) this.#buttons.press(button);
  }

  #follow(records: MutationRecord[]): void {
    for (const { attributeName, target, addedNodes } of records) {
      if (attributeName === "data-notrack") {
        this.#find(document.documentElement);
        this.#retry();
      } else if (attributeName) this.#find(target);
      else addedNodes.forEach((node) => this.#find(node));
    }
  }

  #find(node: Node): void {
    if (!(node instanceof Element)) return;
    for (const each of [node, ...node.querySelectorAll(`${POSTS}, ${BUTTONS}`)]) {
      if (each.matches(POSTS)) this.#posts.observe(each);
      if (each.matches(BUTTONS)) this.#buttons.observe(each);
    }
  }

  readonly #track = (interaction: Interaction): void => this.#add(interaction, true);

  readonly #add = (interaction: Interaction, isFixed: boolean): void => {
    this.#queue.add(interaction, isFixed);
    this.#sender.soon();
  };

  /** Remember what became of a state; show what held before one that was refused. */
  readonly #learn = (input: Input, { outcome, privacyLevel }: Result): void => {
    if (!isState(input.action)) return;
    const act = actOf(input);
    if (outcome !== "REJECTED") {
      if (privacyLevel === "LIMITED") this.#held.set(act, !input.undo);
      return;
    }
    const waits = this.#queue.entries().some((each) => actOf(each.input) === act);
    if (!waits && !this.#end.signal.aborted) this.#buttons.assume(input, !!input.undo);
  };
}
