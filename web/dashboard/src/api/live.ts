/** The one WebSocket: it connects again by itself, and says how it is. */

import { createClient, type Sink } from "graphql-ws";

import { liveUrl } from "./addresses";
import { authorization, refused } from "./credential";
import type { TypedDocumentString } from "./generated";
import { Failure } from "./client";
import { Signal } from "../signal";

export type Connection = { state: "waiting" | "connected" | "lost"; since: number; losses: number };

const ALIVE_MS = 10_000;
const PONG_MS = 5_000;
const LONGEST_WAIT_MS = 5_000;
const FORBIDDEN = 4403;

export const connection = new Signal<Connection>({ state: "waiting", since: Date.now(), losses: 0 });

let unanswered: number | undefined;
let client = connect();

function connect() {
  const made = createClient({
    url: liveUrl,
    connectionParams: authorization,
    keepAlive: ALIVE_MS,
    retryAttempts: Infinity,
    shouldRetry: (cause) => (cause as CloseEvent).code !== FORBIDDEN,
    retryWait: async (tries) => {
      const longest = Math.min(250 * 2 ** tries, LONGEST_WAIT_MS);
      await new Promise((done) => setTimeout(done, longest * (0.5 + Math.random() / 2)));
    },
  });
  made.on("connected", () => {
    connection.change((was) => ({ ...was, state: "connected", since: Date.now() }));
  });
  made.on("ping", (isReceived) => {
    if (!isReceived) unanswered = window.setTimeout(() => made.terminate(), PONG_MS);
  });
  made.on("pong", (isReceived) => {
    if (isReceived) clearTimeout(unanswered);
  });
  made.on("closed", (event) => {
    clearTimeout(unanswered);
    const { code, wasClean } = event as CloseEvent;
    if (code === FORBIDDEN) refused.change((was) => was + 1);
    if (code === 1000 && wasClean) return;
    connection.change((was) => ({
      state: "lost",
      since: was.state === "lost" ? was.since : Date.now(),
      losses: was.losses + (was.state === "connected" ? 1 : 0),
    }));
  });
  return made;
}

/** Connect anew, with the credential there is now. */
export function reconnect(): void {
  void client.dispose();
  client = connect();
}

export type Heard<Data> = {
  next: (data: Data) => void;
  /** It has ended, and nothing more will come: by an error, or because the server stops. */
  ended: (failure: Failure | null, extensions: Record<string, unknown>) => void;
};

/**
 * Subscribe; returns what ends it.
 *
 * The variables are asked for whenever the operation is sent: also when the client, connected
 * again, sends it anew by itself.
 */
export function subscribe<Data, Variables extends object>(
  document: TypedDocumentString<Data, Variables>,
  variables: () => NoInfer<Variables>,
  heard: Heard<Data>,
): () => void {
  let isOver = false;
  const end = (failure: Failure | null, extensions: Record<string, unknown> = {}) => {
    if (!isOver) heard.ended(failure, extensions);
    isOver = true;
  };
  const sink: Sink<{ data?: Data | null; errors?: readonly Refusal[] }> = {
    next: ({ data, errors }) => {
      if (isOver) return;
      if (errors?.[0]) end(told(errors[0]), errors[0].extensions);
      else if (data) heard.next(data);
    },
    error: (cause) => {
      const first = Array.isArray(cause) ? (cause[0] as Refusal) : null;
      end(first ? told(first) : null, first?.extensions);
    },
    complete: () => end(null),
  };
  const payload = {
    query: document.toString(),
    get variables() {
      return variables() as Record<string, unknown>;
    },
  };
  const stop = client.subscribe(payload, sink as Sink<never>);
  return () => {
    isOver = true;
    stop();
  };
}

type Refusal = { message: string; extensions?: Record<string, unknown> };

function told({ message, extensions }: Refusal): Failure {
  return new Failure(message, String(extensions?.["code"] ?? "INTERNAL"));
}
