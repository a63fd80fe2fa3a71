// Relay against the server: `node relay/client.mjs BASE [PROOF ...]`.

import assert from "node:assert/strict";

import { createClient } from "graphql-ws";
import relay from "relay-runtime";
import { WebSocket } from "ws";

import { http, prove, ws } from "../proofs.mjs";
import { graphql } from "./compiled.mjs";

const HISTORY = graphql`
  fragment client_history on User
  @refetchable(queryName: "clientHistoryPageQuery")
  @argumentDefinitions(
    first: { type: "Int" }
    after: { type: "String" }
    last: { type: "Int" }
    before: { type: "String" }
  ) {
    interactions(first: $first, after: $after, last: $last, before: $before)
      @connection(key: "client_interactions") {
      edges { node { id occurredAt } }
      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    }
  }
`;

const OPERATIONS = {
  Favorites: graphql`
    query clientFavoritesQuery($ids: [ID!]!) {
      posts(ids: $ids) { id stats { interactionCounts { favorites } } }
    }
  `,

  Record: graphql`
    mutation clientRecordMutation($input: RecordInteractionInput!) {
      recordInteraction(input: $input) {
        outcome
        interaction { id action target { kind id } }
        post { stats { interactionCounts { favorites } } }
      }
    }
  `,

  RecordMany: graphql`
    mutation clientRecordManyMutation($inputs: [RecordInteractionInput!]!) {
      recordInteractions(inputs: $inputs) {
        recorded
        results {
          outcome
          interaction { id action target { kind id } }
          post { stats { interactionCounts { favorites } } }
        }
      }
    }
  `,

  History: graphql`
    query clientHistoryQuery($id: ID!, $first: Int, $last: Int) {
      user(id: $id) { id ...client_history @arguments(first: $first, last: $last) }
    }
  `,

  Node: graphql`
    query clientNodeQuery($id: ID!) {
      node(id: $id) { id ... on Post { stats { interactionCounts { favorites } } } }
    }
  `,

  Nodes: graphql`
    query clientNodesQuery($ids: [ID!]!) {
      nodes(ids: $ids) { id ... on Interaction { target { kind id } } }
    }
  `,

  Count: graphql`subscription clientCountSubscription { count(to: 5) }`,

  Break: graphql`subscription clientBreakSubscription { count: breakAfter(to: 2) }`,
};

function connect() {
  const socket = createClient({ url: ws, webSocketImpl: WebSocket, retryAttempts: 0 });
  const environment = new relay.Environment({
    // A target's id is one within its kind alone.
    getDataID: ({ kind, id }, type) => (type === "Target" ? `${kind}:${id}` : id),
    network: relay.Network.create(post, ({ text: query }, variables) =>
      relay.Observable.create((sink) => socket.subscribe({ query, variables }, sink)),
    ),
    store: new relay.Store(new relay.RecordSource()),
  });
  const fetchQuery = (query, variables) =>
    relay.fetchQuery(environment, query, variables).toPromise();
  let history = null;

  return {
    query(name, variables) {
      return fetchQuery(OPERATIONS[name], variables);
    },

    held(name, variables) {
      const operation = relay.createOperationDescriptor(OPERATIONS[name], variables);
      assert.equal(environment.check(operation).status, "available");
      return environment.lookup(operation.fragment).data;
    },

    mutate(name, variables) {
      return new Promise((onCompleted, onError) => {
        const mutation = OPERATIONS[name];
        relay.commitMutation(environment, { mutation, variables, onCompleted, onError });
      });
    },

    async page({ id, ...window }) {
      if (history) {
        const { refetchableRequest } = relay.getRefetchMetadata(HISTORY, "history");
        await fetchQuery(refetchableRequest, { id: history.dataID, ...window });
      } else {
        const { user } = await fetchQuery(OPERATIONS.History, { id, ...window });
        history = relay.getSingularSelector(HISTORY, user);
      }
      return environment.lookup(history).data.interactions;
    },

    code(error) {
      // Relay wraps what fails at once, and passes on as it is what ends a subscription.
      return (error.source?.errors ?? error)[0].extensions.code;
    },

    subscribe(name) {
      return new Promise((resolve) => {
        const heard = [];
        relay.requestSubscription(environment, {
          subscription: OPERATIONS[name],
          variables: {},
          onNext: (data) => heard.push({ data }),
          onError: (error) => resolve([...heard, { error }]),
          onCompleted: () => resolve(heard),
        });
      });
    },
  };
}

async function post({ text: query }, variables) {
  const answer = await fetch(http, {
    method: "POST",
    headers: { Accept: "application/graphql-response+json", "Content-Type": "application/json" },
    body: JSON.stringify({ query, variables }),
  });
  return answer.json();
}

await prove("relay-runtime", connect);
