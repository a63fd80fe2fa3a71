/** What a query answers, asked again and again while the page is seen. */

import { useEffect, useState } from "preact/hooks";

import { Failure } from "./api/client";

const FAILING_MS = 3_000; // a server that refuses for now is left in peace

export type Fresh<Data> = { data: Data | null; failure: Failure | null };

/** Ask now, and again so many milliseconds after each answer; anew when `about` changes. */
export function useFresh<Data>(
  load: () => Promise<Data>,
  everyMs: number,
  about: string = "",
): Fresh<Data> {
  const [fresh, show] = useState<Fresh<Data> & { about: string }>(() => none(about));
  useEffect(() => repeat(load, everyMs, (told) => show({ ...told, about })), [everyMs, about]);
  return fresh.about === about ? fresh : none(about);
}

function none(about: string) {
  return { data: null, failure: null, about };
}

/** Whether a failure says nothing of the question: what was known before stays, and the frame tells. */
function isPassing(failure: Failure | null): boolean {
  return ["UNREACHABLE", "OVERLOADED", "TIMEOUT"].includes(failure?.code ?? "");
}

function repeat<Data>(
  load: () => Promise<Data>,
  everyMs: number,
  tell: (fresh: Fresh<Data>) => void,
): () => void {
  let isOver = false;
  let timer: number | undefined;
  let last: Data | null = null;
  let isFailing = false;

  async function look(): Promise<void> {
    clearTimeout(timer);
    if (!document.hidden) {
      const told = await load().then(
        (data) => ({ data, failure: null }),
        (failure: Failure) => ({ data: last, failure }),
      );
      if (isOver) return;
      last = told.data;
      isFailing = told.failure !== null;
      tell(isFailing && last && isPassing(told.failure) ? { data: last, failure: null } : told);
    }
    timer = window.setTimeout(() => void look(), isFailing ? Math.max(everyMs, FAILING_MS) : everyMs);
  }

  const seen = () => void (document.hidden || look());
  document.addEventListener("visibilitychange", seen);
  void look();
  return () => {
    isOver = true;
    clearTimeout(timer);
    document.removeEventListener("visibilitychange", seen);
  };
}
