/** A ranking whose rows glide to their new places. */

import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";

import { useHold } from "./holding";
import { Num } from "./num";

export type Ranked = {
  key: string;
  name: ComponentChildren;
  /** Sentences below the name; the first is seen, all are told. */
  note?: readonly string[];
  value: string;
  share: number;
};

type Props = {
  rows: Ranked[];
  size: number;
  empty: string;
  /** Whether rows have room for a note. */
  isNoted?: boolean;
};

const GLIDE_MS = 400;

/** The first rows of a ranking, or what is said of none; there is room for so many from the start. */
export function Ranking({ rows, size, empty, isNoted = false }: Props) {
  const [list, isHeld] = useHold();
  const held = useRef<string[]>([]);
  const ordered = isHeld ? inOrder(rows, held.current) : rows;
  held.current = ordered.map((row) => row.key);
  useGlide(list.current, held.current);
  return (
    <div ref={list} class={isNoted ? "ranking noted" : "ranking"} style={{ "--size": size }}>
      <ol>
        {ordered.map(({ key, name, note, value, share }, place) => (
          <li key={key} class="ranked" style={{ "--place": place }} data-key={key}>
            <span class="place">{place + 1}</span>
            <span class="name">{name}</span>
            {isNoted && <Note sentences={note ?? []} />}
            <Num text={value} />
            <meter min={0} max={1} value={share} aria-hidden="true" />
          </li>
        ))}
      </ol>
      {!rows.length && <p class="empty">{empty}</p>}
    </div>
  );
}

/** One line; the others are told where one points at it, and to those who listen. */
function Note({ sentences }: { sentences: readonly string[] }) {
  return (
    <span class="note" title={sentences.join("\n")}>
      {sentences.join(" · ")}
    </span>
  );
}

/** Rows in the order in which they were, while someone points at one; new ones come last. */
function inOrder(rows: Ranked[], order: string[]): Ranked[] {
  const rank = (row: Ranked) => (order.includes(row.key) ? order.indexOf(row.key) : order.length);
  return [...rows].sort((one, two) => rank(one) - rank(two));
}

/** Rows stand where their place says, without a move of the layout; those that changed it glide. */
function useGlide(list: HTMLElement | null, order: string[]): void {
  const before = useRef(new Map<string, number>());
  useLayoutEffect(() => {
    const after = new Map(order.map((key, place) => [key, place]));
    const isCalm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    for (const row of list?.querySelectorAll<HTMLElement>("[data-key]") ?? []) {
      const key = row.dataset["key"] ?? "";
      const [from, to] = [before.current.get(key), after.get(key)];
      if (from === undefined || to === undefined || from === to || isCalm) continue;
      const offset = `translateY(calc(var(--row) * ${from}))`;
      const transform = [offset, getComputedStyle(row).transform];
      row.animate({ transform }, { duration: GLIDE_MS, easing: "ease-out" });
    }
    before.current = after;
  }, [order.join("\n")]);
}
