/** Whether the server lets the page in, with a key or without one. */

import { isGuarded } from "./api/addresses";
import { Failure } from "./api/client";
import { hasCredential, refused, useCredential } from "./api/credential";
import { reconnect } from "./api/live";
import { Signal } from "./signal";
import { learn } from "./vocabulary";

export type Access =
  | { state: "looking" }
  | { state: "open" }
  | { state: "asking" | "refused" | "away"; message: string };

const AGAIN_MS = 2_000;

export const access = new Signal<Access>(
  isGuarded ? { state: "asking", message: "" } : { state: "looking" },
);

/** Begin: ask for a key where one is needed, or else look what the server says. */
export function begin(): void {
  if (!isGuarded) void enter();
}

/** Look whether the server answers, and what it asks for; while it does not answer, look again. */
async function enter(): Promise<void> {
  try {
    await learn();
    access.change(() => ({ state: "open" }));
  } catch (error) {
    access.change(() => judged(error));
    if (access.value.state === "away") setTimeout(() => void enter(), AGAIN_MS);
  }
}

/** Try a key or a user token. */
export async function enterWith(credential: string): Promise<void> {
  useCredential(credential);
  reconnect();
  await enter();
}

/** Forget the key. */
export function leave(): void {
  useCredential("");
  access.change(() => ({ state: "asking", message: "" }));
  reconnect();
}

refused.follow(() => {
  if (access.value.state !== "open") return;
  const message = hasCredential() ? "The server no longer takes this key." : "";
  access.change(() => ({ state: "asking", message }));
});

function judged(error: unknown): Access {
  const { code, message } = error instanceof Failure ? error : new Failure(String(error), "");
  if (code === "UNAUTHENTICATED") {
    return { state: "asking", message: hasCredential() ? `That did not work: ${message}.` : "" };
  }
  if (code === "FORBIDDEN" && hasCredential()) {
    const hint = "This key may not read. Give one of scope read or admin, or a user token.";
    return { state: "asking", message: hint };
  }
  if (code === "FORBIDDEN") return { state: "refused", message: `The server says: ${message}.` };
  return { state: "away", message: `No answer yet: ${message}. Trying again.` };
}
