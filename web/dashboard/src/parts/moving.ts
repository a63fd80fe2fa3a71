/** A value that was read once and then moves with a subscription. */

import { useEffect, useState } from "preact/hooks";

import type { Failure } from "../api/client";
import type { TypedDocumentString } from "../api/generated";
import { subscribe } from "../api/live";

const AGAIN_MS = 500;

/** The newest value of a subscription that begins with what is so now; null before the first. */
export function useMoving<Data, Variables extends object>(
  document: TypedDocumentString<Data, Variables>,
  variables: NoInfer<Variables>,
): { data: Data | null; failure: Failure | null } {
  const about = JSON.stringify(variables);
  const [heard, show] = useState({ about, data: null as Data | null, failure: null as Failure | null });
  useEffect(() => {
    let stop = () => {};
    let timer: number | undefined;
    const begin = () => {
      stop = subscribe(document, () => variables, {
        next: (data) => show({ about, data, failure: null }),
        ended: (failure) => {
          if (failure) show((was) => ({ about, data: was.about === about ? was.data : null, failure }));
          if (failure?.code !== "FORBIDDEN" && failure?.code !== "BAD_USER_INPUT") {
            timer = window.setTimeout(begin, AGAIN_MS);
          }
        },
      });
    };
    begin();
    return () => {
      clearTimeout(timer);
      stop();
    };
  }, [about]);
  return heard.about === about ? heard : { data: null, failure: null };
}
