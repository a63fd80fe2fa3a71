// urql and its Graphcache against the server: `node urql.mjs BASE [PROOF ...]`.

import assert from "node:assert/strict";

import { Client, CombinedError, fetchExchange, subscriptionExchange } from "@urql/core";
import { cacheExchange } from "@urql/exchange-graphcache";
import { relayPagination } from "@urql/exchange-graphcache/extras";
import { getIntrospectionQuery } from "graphql";
import { createClient } from "graphql-ws";
import { WebSocket } from "ws";

import { OPERATIONS } from "./operations.mjs";
import { hear, http, prove, ws } from "./proofs.mjs";

const embedded = () => null;

async function connect() {
  const introspect = new Client({ url: http, exchanges: [fetchExchange] });
  const socket = createClient({ url: ws, webSocketImpl: WebSocket, retryAttempts: 0 });
  const client = new Client({
    url: http,
    exchanges: [
      cacheExchange({
        schema: dataOf(await introspect.query(getIntrospectionQuery(), {})),
        keys: {
          InteractionConnection: embedded,
          InteractionCounts: embedded,
          InteractionEdge: embedded,
          PageInfo: embedded,
          PostStats: embedded,
          // A target's id is one within its kind alone.
          Target: ({ kind, id }) => `${kind}:${id}`,
        },
        resolvers: { User: { interactions: relayPagination() } },
      }),
      fetchExchange,
      subscriptionExchange({
        forwardSubscription: (request) => ({
          subscribe: (sink) => ({ unsubscribe: socket.subscribe(request, sink) }),
        }),
      }),
    ],
  });

  return {
    async query(name, variables) {
      const options = { requestPolicy: "network-only" };
      return dataOf(await client.query(OPERATIONS[name], variables, options).toPromise());
    },

    held(name, variables) {
      return client.readQuery(OPERATIONS[name], variables, { requestPolicy: "cache-only" }).data;
    },

    async mutate(name, variables) {
      return dataOf(await client.mutation(OPERATIONS[name], variables).toPromise());
    },

    async page(variables) {
      const { user } = dataOf(await client.query(OPERATIONS.History, variables).toPromise());
      return user.interactions;
    },

    code(error) {
      assert(error instanceof CombinedError);
      return error.graphQLErrors[0].extensions.code;
    },

    subscribe(name, options) {
      return new Promise((resolve) => {
        const heard = [];
        client.subscription(OPERATIONS[name], {}, options).subscribe((result) => {
          // The end repeats the last result, and after an error over a socket there is none.
          if (result.hasNext || result.error) heard.push(result);
          if (!result.hasNext || result.error) resolve([...heard]);
        });
      });
    },
  };
}

function dataOf({ data, error }) {
  if (error) throw error;
  return data;
}

await prove("@urql/core", connect, {
  async "subscribes by server-sent events"(client) {
    await hear(client, (name) => client.subscribe(name, { fetchSubscriptions: true }));
  },
});
