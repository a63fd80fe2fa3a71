/** A list of interactions, newest first: a page that was read, what follows live, and older pages on demand. */

import { ask, type Failure } from "./api/client";
import { follow, type FeedEvent } from "./api/following";
import { TimelineDocument, type InteractionFilter, type RowFragment } from "./api/generated";
import { Signal } from "./signal";

export type Row = RowFragment & {
  isUndone: boolean;
  /** With which redrawing it came; 0: with a page. */
  drawing: number;
};

export type Shown = {
  rows: Row[];
  /** How many have come while the list was held. */
  waiting: number;
  hasMore: boolean;
  isLoading: boolean;
  failure: Failure | null;
  /** How often what came live was drawn. */
  drawing: number;
};

export type Kind = {
  filter: InteractionFilter;
  /** How many rows the first page has. */
  size: number;
  /** A log shows every event as it comes, undoing too; a history what holds, by when it occurred. */
  isLog: boolean;
  /** Whether older pages can be read; otherwise there are never more than `size` rows. */
  isLong: boolean;
};

const DRAW_MS = 250;
const MANY = 20; // of them at once nobody reads: they are drawn half as often
const PAGE = 50;
const MOST_WAITING = 1_000;
const KEPT_ROWS = 100; // while it moves; older ones are read again on demand
const AGAIN_MS = 2_000;

/** All that was told since the page was opened: how lively it is, and how late it arrives. */
export const told = { events: 0, lastAt: 0, delays: [] as number[] };

export class Timeline {
  readonly shown = new Signal<Shown>({
    rows: [],
    waiting: 0,
    hasMore: false,
    isLoading: true,
    failure: null,
    drawing: 0,
  });
  #waiting: FeedEvent[] = [];
  #come = 0; // since it was drawn last
  #isBehind = false; // more waited than is kept: the list is read anew
  #isHeld = false;
  #isOver = false;
  #end: string | null = null;
  #until: string | null = null; // in place of a cursor, where the rows' end was dropped
  #timer: number | undefined;
  #pace = DRAW_MS;
  #retry: number | undefined;
  #stop = () => {};

  constructor(private readonly kind: Kind) {
    void this.#read();
  }

  /** While it is held, nothing moves: what comes waits. */
  hold(isHeld: boolean): void {
    this.#isHeld = isHeld;
    this.#draw();
  }

  /** Read the next older page. */
  async more(): Promise<void> {
    const { isLoading, hasMore } = this.shown.value;
    if (isLoading || !hasMore || this.#isOver) return;
    this.#change({ isLoading: true });
    try {
      const filter = this.#until ? { ...this.kind.filter, until: this.#until } : this.kind.filter;
      const page = await ask(TimelineDocument, { first: PAGE, after: this.#end, filter });
      this.#append(page.interactions);
    } catch (failure) {
      this.#change({ isLoading: false, failure: failure as Failure });
    }
  }

  dispose(): void {
    this.#isOver = true;
    this.#stop();
    clearTimeout(this.#timer);
    clearTimeout(this.#retry);
  }

  async #read(): Promise<void> {
    this.#stop();
    const { filter, size } = this.kind;
    try {
      const { feedCursor, interactions } = await ask(TimelineDocument, { first: size, filter });
      if (this.#isOver) return;
      this.#waiting = [];
      this.#come = 0;
      this.#until = null;
      this.#isBehind = false;
      this.shown.change((was) => ({ ...was, rows: [], waiting: 0 }));
      this.#append(interactions);
      this.#stop = follow(feedCursor, {
        filter,
        event: (event) => this.#take(event),
        tooOld: () => void this.#read(),
      });
    } catch (failure) {
      if (this.#isOver) return;
      this.#change({ isLoading: false, failure: failure as Failure });
      this.#retry = window.setTimeout(() => void this.#read(), AGAIN_MS);
    }
  }

  #append({ nodes, pageInfo }: { nodes: RowFragment[]; pageInfo: PageInfo }): void {
    if (this.#isOver) return;
    const known = new Set(this.shown.value.rows.map((row) => row.interactionId));
    const older = nodes.filter((node) => !known.has(node.interactionId));
    this.#end = pageInfo.endCursor;
    const rows = [...this.shown.value.rows, ...older.map((node) => ({ ...node, isUndone: false, drawing: 0 }))];
    const hasMore = this.kind.isLong && pageInfo.hasNextPage;
    this.#change({ rows, hasMore, isLoading: false, failure: null });
  }

  #take(event: FeedEvent): void {
    note(event);
    if (this.#waiting.length >= MOST_WAITING) {
      this.#waiting = this.#waiting.slice(-MOST_WAITING / 2);
      this.#isBehind = this.kind.isLong;
    }
    this.#waiting.push(event);
    this.#come += 1;
    this.#timer ??= window.setTimeout(() => {
      this.#timer = undefined;
      this.#draw();
    }, this.#pace);
  }

  #draw(): void {
    if (this.#isOver) return;
    if (this.#isHeld) {
      this.#change({ waiting: this.#come });
    } else if (this.#isBehind) {
      void this.#read();
    } else if (this.#waiting.length) {
      const drawing = this.shown.value.drawing + 1;
      this.#pace = this.#waiting.length > MANY ? 2 * DRAW_MS : DRAW_MS;
      const come = latest(this.#waiting, drawing);
      const all = merged(this.shown.value.rows, come, this.kind.isLog);
      this.#waiting = [];
      this.#come = 0;
      this.#change({ rows: all, waiting: 0, drawing });
      this.#drop();
    }
  }

  /** Keep no more rows than are worth it; of a long list the others can be read again. */
  #drop(): void {
    const { rows, isLoading } = this.shown.value;
    const most = this.kind.isLong ? KEPT_ROWS : this.kind.size;
    if (rows.length <= most || isLoading) return;
    const kept = rows.slice(0, most);
    this.#change({ rows: kept, hasMore: this.kind.isLong });
    this.#end = null;
    this.#until = after(kept.at(-1)!.occurredAt);
  }

  #change(changes: Partial<Shown>): void {
    this.shown.change((was) => ({ ...was, ...changes }));
  }
}

type PageInfo = { hasNextPage: boolean; endCursor: string | null };

/** What has come, newest first: each interaction once, as its last event left it. */
function latest(events: FeedEvent[], drawing: number): Row[] {
  const found = new Map<string, Row>();
  for (const { type, interaction } of events) {
    if (!interaction) continue;
    found.delete(interaction.interactionId); // so that the last of its events says where it stands
    found.set(interaction.interactionId, { ...interaction, isUndone: type === "UNDONE", drawing });
  }
  return [...found.values()].reverse();
}

/** Rows with what has come since: each interaction once. */
function merged(rows: Row[], come: Row[], isLog: boolean): Row[] {
  const known = new Set(come.map((row) => row.interactionId));
  const others = rows.filter((row) => !known.has(row.interactionId));
  if (isLog) return [...come, ...others];
  const held = [...come.filter((row) => !row.isUndone), ...others];
  return held.sort((one, two) => later(two.occurredAt, one.occurredAt));
}

/** Instants have one form and one zone: their texts are in their order. */
function later(one: string, two: string): number {
  return one < two ? -1 : one > two ? 1 : 0;
}

/** The microsecond after an instant. */
function after(instant: string): string {
  const micros = BigInt(Date.parse(`${instant.slice(0, 23)}Z`)) * 1000n + BigInt(instant.slice(23, 26)) + 1n;
  const millis = new Date(Number(micros / 1000n)).toISOString().slice(0, 23);
  return `${millis}${String(micros % 1000n).padStart(3, "0")}Z`;
}

function note({ interaction }: FeedEvent): void {
  told.events += 1;
  told.lastAt = Date.now();
  if (!interaction) return;
  told.delays.push(told.lastAt - Date.parse(interaction.recordedAt));
  told.delays.splice(0, told.delays.length - 100);
}
