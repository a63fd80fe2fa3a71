// graphql-ws's or graphql-sse's client on the live feed: `node follow.mjs BASE CLIENT CURSOR`.
//
// Prints each event as a line, goes on from its cursor whatever becomes of the connection, and
// ends with the event of the post `last`.

import { setTimeout as wait } from "node:timers/promises";

import * as sse from "graphql-sse";
import * as ws from "graphql-ws";
import WebSocket from "ws";

const [base, name, start] = process.argv.slice(2);
const url = `${base}/graphql`;
const clients = {
  "graphql-ws": () =>
    ws.createClient({
      url: url.replace("http", "ws"),
      webSocketImpl: WebSocket,
      retryAttempts: 0,
      onNonLazyError: () => {},
    }),
  "graphql-sse": () => sse.createClient({ url, retryAttempts: 0 }),
};
const query = `subscription Follow($after: String!) {
  interactions(after: $after) { type cursor interaction { action target { id } } }
}`;

const client = clients[name]();
let after = start;
const isAboutToStop = (errors) => errors.every(({ extensions }) => extensions.code === "OVERLOADED");

for (let last = ""; last !== "last"; ) {
  try {
    for await (const { data, errors } of client.iterate({ query, variables: { after } })) {
      if (errors) throw errors;
      const { type, cursor, interaction } = data.interactions;
      after = cursor;
      last = interaction.target.id;
      console.log(`${type} ${interaction.action} ${last}`);
      if (last === "last") break;
    }
  } catch (error) {
    if (Array.isArray(error) && !isAboutToStop(error)) throw new Error(JSON.stringify(error));
  }
  await wait(50);
}
client.dispose();
