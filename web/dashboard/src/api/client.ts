/** Asks the server over HTTP. */

import { Client, fetchExchange, type CombinedError } from "@urql/core";

import { graphqlUrl } from "./addresses";
import { authorization, refused } from "./credential";
import type { TypedDocumentString } from "./generated";

/** Why the server did not answer with data, by the code that it gave. */
export class Failure extends Error {
  constructor(
    message: string,
    readonly code: string,
  ) {
    super(message);
  }
}

/** How long the last answers took, in milliseconds; the latest last. */
export const durations: number[] = [];
const KEPT_DURATIONS = 30;

const client = new Client({
  url: graphqlUrl,
  exchanges: [fetchExchange],
  preferGetMethod: false,
  fetchOptions: () => ({ headers: authorization() }),
});

/** The data of an operation; throws a Failure. */
export async function ask<Data, Variables extends object>(
  document: TypedDocumentString<Data, Variables>,
  variables: NoInfer<Variables>,
): Promise<Data> {
  const begun = performance.now();
  const { data, error } = await client.query<Data>(document.toString(), variables).toPromise();
  if (error) {
    const told = failure(error);
    if (told.code === "UNAUTHENTICATED") refused.change((was) => was + 1);
    throw told;
  }
  durations.push(performance.now() - begun);
  durations.splice(0, durations.length - KEPT_DURATIONS);
  return data as Data;
}

function failure(error: CombinedError): Failure {
  const first = error.graphQLErrors[0];
  if (first) return new Failure(first.message, String(first.extensions["code"] ?? "INTERNAL"));
  return new Failure("the server does not answer", "UNREACHABLE");
}
