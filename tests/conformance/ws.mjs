// graphql-ws's client driven against a server: `node ws.mjs BASE`.

import assert from "node:assert/strict";
import { after, test } from "node:test";

import { createClient } from "graphql-ws";
import WebSocket from "ws";

const [base] = process.argv.slice(2);
const check = (what, body) => test(what, { timeout: 20_000 }, body);
const [sockets, heard, pongs] = [[], [], []];

const client = createClient({
  url: `${base.replace("http", "ws")}/graphql`,
  webSocketImpl: WebSocket,
  lazy: false,
  retryAttempts: 0,
  keepAlive: 20,
  on: {
    connected: (socket) => sockets.push(socket),
    message: (message) => heard.push(message),
    pong: (received) => received && pongs.push(received),
  },
});

/** What an operation answers: all its results, and the errors that ended it. */
async function answers(query, variables) {
  const results = [];
  try {
    for await (const result of client.iterate({ query, variables })) results.push(result);
  } catch (errors) {
    if (!Array.isArray(errors)) throw errors;
    return { results, errors };
  }
  return { results };
}

function counted(to) {
  return Array.from({ length: to }, (_, index) => ({ data: { count: index + 1 } }));
}

after(() => client.dispose());

check("a mutation and a query have one result each", async () => {
  const record = `mutation ($input: RecordInteractionInput!) {
    recordInteraction(input: $input) { outcome }
  }`;
  const read = "query ($id: ID!) { post(id: $id) { stats { counts { action count } } } }";

  const recorded = await answers(record, {
    input: { userId: "ann", action: "FAVORITE", postId: "p1" },
  });
  const post = await answers(read, { id: "p1" });

  assert.deepEqual(recorded.results, [{ data: { recordInteraction: { outcome: "CREATED" } } }]);
  const counts = [{ action: "FAVORITE", count: 1 }];
  assert.deepEqual(post.results, [{ data: { post: { stats: { counts } } } }]);
});

check("a subscription has a result for each event, and then completes", async () => {
  assert.deepEqual(await answers("subscription { count(to: 5) }"), { results: counted(5) });
});

check("a subscription takes variables", async () => {
  const query = "subscription ($to: Int!) { count(to: $to) }";

  assert.deepEqual(await answers(query, { to: 2 }), { results: counted(2) });
});

check("a fault in mid-stream ends it with one error that keeps the fault's secret", async () => {
  const { results, errors } = await answers("subscription { breakAfter(to: 2) }");

  assert.deepEqual(results, [{ data: { breakAfter: 1 } }, { data: { breakAfter: 2 } }]);
  assert.deepEqual(errors.map(({ extensions }) => extensions.code), ["INTERNAL"]);
  assert.doesNotMatch(JSON.stringify(heard), /secret/);
});

for (const [what, query, variables] of [
  ["a syntax error", "subscription {"],
  ["an unknown field", "subscription { recount }"],
  ["a variable of the wrong type", "subscription ($to: Int!) { count(to: $to) }", { to: "x" }],
  ["a document of two operations", "query a { __typename } query b { __typename }"],
]) {
  check(`${what} ends its operation alone`, async () => {
    const { results, errors } = await answers(query, variables);

    assert.deepEqual(results, []);
    assert.deepEqual(errors.map(({ extensions }) => extensions.code), ["BAD_USER_INPUT"]);
    assert.deepEqual(await answers("subscription { count(to: 1) }"), { results: counted(1) });
  });
}

check("an operation that was unsubscribed is silent", async () => {
  const query = "subscription { count(to: 1000000000, delayMs: 0) }";
  for await (const { data } of client.iterate({ query })) {
    if (data.count === 3) break;
  }
  await answers("{ __typename }"); // what was on its way has arrived once this is answered

  const before = heard.length;
  await answers("subscription { count(to: 20) }");

  const ids = heard.slice(before).flatMap(({ id }) => id ?? []);
  assert.equal(new Set(ids).size, 1);
});

check("operations run side by side", async () => {
  const ended = [];
  const run = async (query) => {
    const { results } = await answers(query);
    ended.push(query);
    return results;
  };
  const [long, short] = [20, 3].map((to) => `subscription { count(to: ${to}, delayMs: 20) }`);

  const all = await Promise.all([run(long), run(short), run("{ __typename }")]);

  assert.deepEqual(all, [counted(20), counted(3), [{ data: { __typename: "Query" } }]]);
  assert.deepEqual(ended, ["{ __typename }", short, long]);
});

check("the client's pings are answered while a stream runs", async () => {
  const before = pongs.length;

  await answers("subscription { count(to: 5, delayMs: 50) }");

  assert.ok(pongs.length - before >= 3, `${pongs.length - before} pongs`);
});

check("one socket carried it all", () => {
  assert.equal(sockets.length, 1);
});
