// graphql-sse's client in distinct connections mode, and plain requests: `node sse.mjs BASE`.

import assert from "node:assert/strict";
import { after, test } from "node:test";

import { createClient } from "graphql-sse";

const [base] = process.argv.slice(2);
const url = `${base}/graphql`;
const check = (what, body) => test(what, { timeout: 20_000 }, body);
const client = createClient({ url, retryAttempts: 0 });

after(() => client.dispose());

async function results(query, variables) {
  const all = [];
  for await (const result of client.iterate({ query, variables })) all.push(result);
  return all;
}

function counted(to) {
  return Array.from({ length: to }, (_, index) => ({ data: { count: index + 1 } }));
}

function get(query, accept) {
  return fetch(`${url}?${new URLSearchParams({ query })}`, { headers: { Accept: accept } });
}

/** An event stream's events without its comments, which only keep it open. */
function events(text) {
  const blocks = text.replaceAll(/^:.*\n/gm, "").split(/\n\n+/);
  return blocks.map((block) => block.trim()).filter(Boolean);
}

check("a mutation and a query have one result each", async () => {
  const record = `mutation ($input: RecordInteractionInput!) {
    recordInteraction(input: $input) { outcome }
  }`;
  const read = "query ($id: ID!) { post(id: $id) { stats { counts { action count } } } }";

  const recorded = await results(record, {
    input: { userId: "bob", action: "FAVORITE", postId: "p2" },
  });
  const post = await results(read, { id: "p2" });

  assert.deepEqual(recorded, [{ data: { recordInteraction: { outcome: "CREATED" } } }]);
  const counts = [{ action: "FAVORITE", count: 1 }];
  assert.deepEqual(post, [{ data: { post: { stats: { counts } } } }]);
});

check("a subscription has a result for each event, and then completes", async () => {
  assert.deepEqual(await results("subscription { count(to: 5) }"), counted(5));
});

check("a subscription takes variables", async () => {
  const query = "subscription ($to: Int!) { count(to: $to) }";

  assert.deepEqual(await results(query, { to: 2 }), counted(2));
});

check("a fault in mid-stream ends it with one error that keeps the fault's secret", async () => {
  const all = await results("subscription { breakAfter(to: 2) }");

  assert.deepEqual(all.slice(0, 2), [{ data: { breakAfter: 1 } }, { data: { breakAfter: 2 } }]);
  const [{ errors }, ...others] = all.slice(2);
  assert.deepEqual(others, []);
  assert.deepEqual(errors.map(({ extensions }) => extensions.code), ["INTERNAL"]);
  assert.doesNotMatch(JSON.stringify(all), /secret/);
});

for (const [what, query, variables] of [
  ["a syntax error", "subscription {"],
  ["an unknown field", "subscription { recount }"],
  ["a variable of the wrong type", "subscription ($to: Int!) { count(to: $to) }", { to: "x" }],
  ["a document of two operations", "query a { __typename } query b { __typename }"],
]) {
  check(`${what} is the one event of its stream`, async () => {
    const [{ errors, ...result }, ...others] = await results(query, variables);

    assert.deepEqual([result, others], [{}, []]);
    assert.deepEqual(errors.map(({ extensions }) => extensions.code), ["BAD_USER_INPUT"]);
  });
}

check("an operation can be left in mid-stream", async () => {
  const query = "subscription { count(to: 1000000000, delayMs: 0) }";
  for await (const { data } of client.iterate({ query })) {
    if (data.count === 3) break;
  }

  assert.deepEqual(await results("subscription { count(to: 1) }"), counted(1));
});

check("operations run side by side", async () => {
  const [long, short] = [20, 3].map((to) => `subscription { count(to: ${to}, delayMs: 20) }`);

  const all = await Promise.all([results(long), results(short), results("{ __typename }")]);

  assert.deepEqual(all, [counted(20), counted(3), [{ data: { __typename: "Query" } }]]);
});

check("GET streams to a browser's EventSource, which hears events that have data", async () => {
  const answer = await get("subscription { count(to: 2) }", "text/event-stream");

  assert.equal(answer.status, 200);
  assert.match(answer.headers.get("content-type"), /^text\/event-stream(; charset=utf-8)?$/);
  assert.match(answer.headers.get("cache-control"), /no-cache|no-store/);
  assert.deepEqual(events(await answer.text()), [
    'event: next\ndata: {"data":{"count":1}}',
    'event: next\ndata: {"data":{"count":2}}',
    "event: complete\ndata:",
  ]);
});

check("GET records nothing, whatever it accepts", async () => {
  const record = `mutation {
    recordInteraction(input: {userId: "bob", action: HIDE, postId: "p3"}) { outcome }
  }`;

  const told = await (await get(record, "text/event-stream")).text();

  assert.match(told, /errors/);
  const [{ data }] = await results('{ post(id: "p3") { stats { counts { count } } } }');
  assert.deepEqual(data.post.stats.counts, []);
});

check("who accepts JSON as well gets JSON for a query", async () => {
  const answer = await get("{ __typename }", "application/json, text/event-stream");

  assert.equal(answer.headers.get("content-type"), "application/json; charset=utf-8");
  assert.deepEqual(await answer.json(), { data: { __typename: "Query" } });
});
