// Apollo Client against the server: `node apollo.mjs BASE [PROOF ...]`.

import assert from "node:assert/strict";

import {
  ApolloClient,
  ApolloLink,
  CombinedGraphQLErrors,
  CombinedProtocolErrors,
  HttpLink,
  InMemoryCache,
  gql,
} from "@apollo/client";
import { GraphQLWsLink } from "@apollo/client/link/subscriptions";
import { relayStylePagination } from "@apollo/client/utilities";
import { createClient } from "graphql-ws";
import { filter, firstValueFrom, lastValueFrom, toArray } from "rxjs";
import { WebSocket } from "ws";

import { OPERATIONS } from "./operations.mjs";
import { hear, http, prove, ws } from "./proofs.mjs";

// Node 20 has none, and Apollo's link reads the global one.
globalThis.WebSocket ??= WebSocket;

function connect() {
  const socket = createClient({ url: ws, retryAttempts: 0 });
  const client = new ApolloClient({
    cache: new InMemoryCache({
      typePolicies: {
        // A target's id is one within its kind alone.
        Target: { keyFields: ["kind", "id"] },
        User: { fields: { interactions: relayStylePagination() } },
      },
    }),
    link: ApolloLink.split(
      ({ operationType }) => operationType === "subscription",
      new GraphQLWsLink(socket),
      new HttpLink({ uri: http }),
    ),
  });
  let history = null;

  return {
    async query(name, variables) {
      const query = gql(OPERATIONS[name]);
      return (await client.query({ query, variables, fetchPolicy: "network-only" })).data;
    },

    held(name, variables) {
      return client.readQuery({ query: gql(OPERATIONS[name]), variables });
    },

    async mutate(name, variables) {
      return (await client.mutate({ mutation: gql(OPERATIONS[name]), variables })).data;
    },

    async page(variables) {
      if (history) {
        await history.fetchMore({ variables });
      } else {
        history = client.watchQuery({ query: gql(OPERATIONS.History), variables });
        await firstValueFrom(history.pipe(filter(({ loading }) => !loading)));
      }
      return history.getCurrentResult().data.user.interactions;
    },

    code(error) {
      assert(CombinedGraphQLErrors.is(error));
      return error.errors[0].extensions.code;
    },

    subscribe(name) {
      return lastValueFrom(client.subscribe({ query: gql(OPERATIONS[name]) }).pipe(toArray()));
    },
  };
}

async function heardInParts(name) {
  const client = new ApolloClient({ cache: new InMemoryCache(), link: new HttpLink({ uri: http }) });
  return lastValueFrom(client.subscribe({ query: gql(OPERATIONS[name]) }).pipe(toArray()));
}

function codeOfTransport(error) {
  assert(CombinedProtocolErrors.is(error));
  return error.errors[0].extensions.code;
}

await prove("@apollo/client", connect, {
  async "subscribes over multipart"() {
    await hear({ code: codeOfTransport }, heardInParts);
  },
});
