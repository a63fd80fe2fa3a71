/** Posts: seen once a page view, clicked, expanded; also those that appear later. */

import { interactionOf, isOff, isPrivate, POSTS } from "./marks.ts";
import type { Interaction, PostAction } from "./track.d.mts";

/** How long half of a post has to be visible. */
const SEEN_MS = 1000;
/** Small steps, so that posts taller than the window are told of as they fill half of it. */
const STEPS = Array.from({ length: 51 }, (_, step) => step / 50);
const MEDIA = "[data-media], :not(a[href] *, button *):is(img, picture, video, audio)";

export class Posts {
  readonly #record: (interaction: Interaction) => void;
  readonly #observer = new IntersectionObserver((changes) => this.#look(changes), {
    threshold: STEPS,
  });
  readonly #timers = new Map<Element, number>();
  readonly #shown = new Set<Element>(); // half visible now, if the page itself is
  readonly #seen = new Set<string>();
  readonly #expanded = new WeakSet<Element>();

  constructor(record: (interaction: Interaction) => void) {
    this.#record = record;
  }

  /** Wait until a post is seen, beginning anew if that was begun. */
  observe(post: Element): void {
    this.#observer.unobserve(post);
    this.#hide(post);
    this.#observer.observe(post);
  }

  /** Count the time in which posts are visible only while the page is. */
  readonly changeVisibility = (): void => {
    if (document.hidden) this.#timers.forEach((_, post) => this.#stopTimer(post));
    else this.#shown.forEach((post) => this.#startTimer(post));
  };

  /** Record a click on a post, or on one of its media; what is pressed twice is clicked once. */
  click(event: MouseEvent, at: Element): void {
    const post = at.closest(POSTS);
    if (!post || event.detail > 1 || event.button > 1 || isOfLabel(at)) return;
    const medium = event.button ? null : at.closest(MEDIA);
    if (!medium || !post.contains(medium)) return this.#track(post, "CLICK");
    if (this.#expanded.has(medium)) return;
    this.#expanded.add(medium);
    this.#track(post, "MEDIA_EXPAND");
  }

  stop(): void {
    this.#observer.disconnect();
    this.#shown.forEach((post) => this.#hide(post));
  }

  #look(changes: IntersectionObserverEntry[]): void {
    for (const { target, intersectionRatio, intersectionRect, rootBounds } of changes) {
      const half = (rootBounds?.height ?? innerHeight) / 2;
      const isShown = intersectionRatio >= 0.5 || intersectionRect.height >= half;
      if (!isShown) this.#hide(target);
      else if (!this.#shown.has(target)) {
        this.#shown.add(target);
        this.#startTimer(target);
      }
    }
  }

  #hide(post: Element): void {
    this.#shown.delete(post);
    this.#stopTimer(post);
  }

  #startTimer(post: Element): void {
    if (document.hidden || this.#timers.has(post)) return;
    const see = () => {
      this.#timers.delete(post);
      const id = post.getAttribute("data-post-id")!;
      if (this.#seen.has(id) || isOff(post)) return;
      this.#seen.add(id);
      this.#track(post, "VIEW");
    };
    this.#timers.set(post, setTimeout(see, SEEN_MS));
  }

  #stopTimer(post: Element): void {
    clearTimeout(this.#timers.get(post));
    this.#timers.delete(post);
  }

  #track(post: Element, action: PostAction): void {
    const interaction = interactionOf(post, action);
    if (interaction && !isPrivate() && !isOff(post)) this.#record(interaction);
  }
}

/** Whether a click is followed by one on what the label around it is for. */
function isOfLabel(at: Element): boolean {
  const control = at.closest("label")?.control;
  return !!control && !control.contains(at);
}
