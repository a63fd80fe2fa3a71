/** Asks the server with the user's token, and tells what its answer means for whoever asked. */

export interface BadInput {
  index: number;
  field: string[];
  message: string;
}

/** What was not answered: why, in how many seconds to ask again, and which inputs were at fault. */
export interface Failure {
  code: string;
  waitS: number;
  inputs: BadInput[];
}

interface Body<Data> {
  data?: Data | null;
  errors?: { extensions?: { code?: string; inputs?: BadInput[] } }[];
}

const ANSWER_MS = 30_000;
/** What browsers send of a page that is gone: 64 KiB of all requests together. */
const KEPT = 60_000;
/** Only another token helps. */
export const NO_TOKEN = "UNAUTHENTICATED";
const BY_STATUS: Record<number, string> = { 401: NO_TOKEN, 413: "TOO_COMPLEX" };

/** The server, as one user calls it with the token of the moment. */
export class Api {
  #token: string | undefined;
  readonly #url: string;

  constructor(url: string) {
    this.#url = url;
  }

  /** Call with this token from now on. */
  use(token: string): void {
    this.#token = token;
  }

  /** The data of an operation, or why there is none; never throws. */
  async ask<Data extends object>(query: string, variables: object): Promise<Data | Failure> {
    const token = this.#token;
    if (!token) return { code: NO_TOKEN, waitS: 0, inputs: [] };
    const answer = await post<Data>(this.#url, token, { query, variables });
    if (isFailure(answer) && answer.code === NO_TOKEN && this.#token === token) {
      this.#token = undefined;
      document.dispatchEvent(new CustomEvent("trailmark:token", { detail: null }));
    }
    return answer;
  }
}

async function post<Data extends object>(
  url: string,
  token: string,
  request: object,
): Promise<Data | Failure> {
  const body = JSON.stringify(request);
  let waitS = 0;
  let code = "";
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: {
        Authorization: `Bearer ${token}`,
        "Content-Type": "application/json",
        Accept: "application/graphql-response+json",
      },
      body,
      credentials: "omit",
      keepalive: sizeOf(body) < KEPT,
      signal: AbortSignal.timeout?.(ANSWER_MS) ?? null,
    });
    waitS = Number(response.headers.get("Retry-After")) || 0;
    code = BY_STATUS[response.status] ?? "";
    const { data, errors } = (await response.json()) as Body<Data>;
    if (data && !errors) return data;
    const { code: told, inputs = [] } = errors?.[0]?.extensions ?? {};
    return { code: told ?? code, waitS, inputs };
  } catch {
    return { code, waitS, inputs: [] };
  }
}

/** Whether there was no answer. */
export function isFailure(answer: object): answer is Failure {
  return "waitS" in answer;
}

/** How many bytes a text is sent as. */
export function sizeOf(text: string): number {
  return new TextEncoder().encode(text).length;
}

/** After how many milliseconds to try again what failed so many times in a row. */
export function backOff(failures: number, waitS = 0): number {
  const limit = Math.min(300, 2 ** failures) * 1000;
  return Math.max(waitS * 1000, limit * (0.5 + Math.random() / 2));
}
