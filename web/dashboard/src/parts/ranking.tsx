/** A ranking whose rows glide to their new places. */

import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";

import { useHold } from "./holding";
import { Num } from "./num";

export type Ranked = { key: string; name: ComponentChildren; value: string; share: number };

const GLIDE_MS = 400;

/** The first rows of a ranking, or what is said of none; there is room for so many from the start. */
export function Ranking({ rows, size, empty }: { rows: Ranked[]; size: number; empty: string }) {
  const [list, isHeld] = useHold();
  const held = useRef<string[]>([]);
  const ordered = isHeld ? inOrder(rows, held.current) : rows;
  held.current = ordered.map((row) => row.key);
  useGlide(list.current, held.current);
  return (
    <div ref={list} class="ranking" style={{ "--size": size }}>
      <ol>
        {ordered.map(({ key, name, value, share }, place) => (
          <li key={key} class="ranked" style={{ "--place": place }} data-key={key}>
            <span class="place">{place + 1}</span>
            <span class="name">{name}</span>
            <Num text={value} />
            <meter min={0} max={1} value={share} aria-hidden="true" />
          </li>
        ))}
      </ol>
      {!rows.length && <p class="empty">{empty}</p>}
    </div>
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
