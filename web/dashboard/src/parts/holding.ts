/** Holds a list that moves: while it is pointed at, has the keyboard's focus, or is scrolled away from its top. */

import type { RefObject } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";

const POINTED_MS = 1_500;

/** Whether a list is to be held, and the element that says so. */
export function useHold(): [RefObject<HTMLDivElement | null>, boolean] {
  const list = useRef<HTMLDivElement>(null);
  const [isHeld, show] = useState(false);
  useEffect(() => (list.current ? watch(list.current, show) : undefined), []);
  return [list, isHeld];
}

function watch(list: HTMLElement, tell: (isHeld: boolean) => void): () => void {
  let isPointed = false;
  let timer: number | undefined;
  const look = () => {
    const isFocused = list.querySelector(":focus-visible") !== null;
    tell(isPointed || isFocused || list.getBoundingClientRect().top < 0);
  };
  const point = () => {
    isPointed = true;
    clearTimeout(timer);
    timer = window.setTimeout(() => {
      isPointed = false;
      look();
    }, POINTED_MS);
    look();
  };
  const later = () => queueMicrotask(look); // once the focus has moved
  list.addEventListener("pointermove", point);
  list.addEventListener("pointerdown", point);
  list.addEventListener("focusin", later);
  list.addEventListener("focusout", later);
  addEventListener("scroll", look, { passive: true });
  return () => {
    clearTimeout(timer);
    removeEventListener("scroll", look);
    for (const name of ["pointermove", "pointerdown"]) list.removeEventListener(name, point);
    for (const name of ["focusin", "focusout"]) list.removeEventListener(name, later);
  };
}
