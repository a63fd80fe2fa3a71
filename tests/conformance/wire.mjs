// The graphql-transport-ws protocol without a client's help: `node wire.mjs BASE`.

import assert from "node:assert/strict";
import { once } from "node:events";
import { after, test } from "node:test";

import WebSocket from "ws";

const [base] = process.argv.slice(2);
const url = `${base.replace("http", "ws")}/graphql`;
const PROTOCOL = "graphql-transport-ws";
const LIMIT = 4 * 1024 * 1024;

const INIT = { type: "connection_init" };
const ENDLESS = subscribe("a", "subscription { count(to: 1000000000) }");

const sockets = [];
const check = (what, body) => test(what, { timeout: 20_000 }, body);

after(() => sockets.forEach((socket) => socket.terminate()));

function subscribe(id, query, others = {}) {
  return { id, type: "subscribe", payload: { query, ...others } };
}

/** An open socket; `heard` is what it received. */
async function open(protocol = PROTOCOL, options = {}) {
  const socket = new WebSocket(url, protocol, options);
  const closed = new AbortController();
  sockets.push(socket);
  socket.heard = [];
  socket.on("message", (data) => socket.heard.push(JSON.parse(data)));
  socket.on("close", (code, reason) => closed.abort(new Error(`closed: ${code} ${reason}`)));
  socket.next = () => once(socket, "message", { signal: closed.signal });
  await once(socket, "open");
  return socket;
}

/** A socket over which operations may be asked for. */
async function acknowledged(protocol, options) {
  const socket = await open(protocol, options);
  send(socket, INIT);
  await first(socket, "connection_ack");
  return socket;
}

function send(socket, ...messages) {
  for (const message of messages) {
    const asIs = typeof message === "string" || Buffer.isBuffer(message);
    socket.send(asIs ? message : JSON.stringify(message));
  }
}

/** The first message of this type, received already or not. */
async function first(socket, type, id) {
  const found = () => socket.heard.find((each) => each.type === type && each.id === id);
  while (!found()) await socket.next();
  return found();
}

/** How the server closes a socket upon these messages. */
async function closing(socket, ...messages) {
  send(socket, ...messages);
  const [code, reason] = await once(socket, "close");
  return `${code}: ${reason}`;
}

const MALFORMED = {
  "no JSON": "{",
  "an empty text": "",
  "JSON nested too deeply": "[".repeat(100_000),
  "a list": [INIT],
  "a number": 1,
  "null": "null",
  "a binary message": Buffer.from(JSON.stringify(INIT)),
  "no type": {},
  "a type that is no text": { type: 1 },
  "an unknown type": { type: "start", id: "a", payload: { query: "{ __typename }" } },
  "a type longer than a close reason may be": { type: "€".repeat(1000) },
  "a type that only servers send": { type: "next", id: "a", payload: {} },
  "a payload of ping that is no object": { type: "ping", payload: "now" },
  "a payload of pong that is a list": { type: "pong", payload: [] },
  "subscribe without an id": { type: "subscribe", payload: { query: "{ __typename }" } },
  "subscribe with an empty id": subscribe("", "{ __typename }"),
  "subscribe with an id that is no text": subscribe(1, "{ __typename }"),
  "subscribe without a payload": { id: "a", type: "subscribe" },
  "subscribe with a list for a payload": { id: "a", type: "subscribe", payload: [] },
  "subscribe without a query": subscribe("a", undefined),
  "a query that is no text": subscribe("a", { query: "{ __typename }" }),
  "variables that are a list": subscribe("a", "{ __typename }", { variables: [] }),
  "variables that are a text": subscribe("a", "{ __typename }", { variables: "{}" }),
  "an operationName that is no text": subscribe("a", "{ __typename }", { operationName: 1 }),
  "extensions that are a text": subscribe("a", "{ __typename }", { extensions: "{}" }),
  "an id that UTF-8 cannot hold": subscribe("\ud800", "{ __typename }"),
  "such an id beside a number beyond 64 bits": subscribe("\ud800", "{ __typename }", {
    extensions: { number: 2 ** 64 },
  }),
  "complete without an id": { type: "complete" },
  "complete with an id that is no text": { type: "complete", id: 1 },
};

for (const [what, message] of Object.entries(MALFORMED)) {
  check(`${what} closes the socket with 4400 and a reason`, async () => {
    assert.match(await closing(await acknowledged(), message), /^4400: ./);
  });
}

check("a payload of connection_init that is no object closes the socket with 4400", async () => {
  assert.match(await closing(await open(), { ...INIT, payload: "me" }), /^4400: ./);
});

check("nulls stand for what may be absent, and what is unknown is ignored", async () => {
  const nulls = { variables: null, operationName: null, extensions: null, documentId: "x" };
  const socket = await open();
  send(socket, { ...INIT, payload: null, also: 1 });
  await first(socket, "connection_ack");

  send(socket, subscribe("a", "{ __typename }", nulls));

  assert.deepEqual((await first(socket, "next", "a")).payload, { data: { __typename: "Query" } });
});

check("subscribing before connection_init closes the socket with 4401", async () => {
  assert.equal(await closing(await open(), subscribe("a", "{ __typename }")), "4401: Unauthorized");
});

check("a second connection_init closes the socket with 4429", async () => {
  const refusal = "4429: Too many initialisation requests";

  assert.equal(await closing(await acknowledged(), INIT), refusal);
  assert.equal(await closing(await open(), INIT, INIT), refusal);
});

check("no connection_init within 10 seconds closes the socket with 4408", async () => {
  const socket = await open();
  const start = performance.now();

  const end = await closing(socket, { type: "ping" });

  assert.equal(end, "4408: Connection initialisation timeout");
  const waited = (performance.now() - start) / 1000;
  assert.ok(waited > 9.5 && waited < 15, `${waited} seconds`);
});

check("an id that is active closes the socket with 4409, whatever the operation", async () => {
  const taken = "4409: Subscriber for a already exists";

  for (const again of [ENDLESS, subscribe("a", "{ __typename }")]) {
    assert.equal(await closing(await acknowledged(), ENDLESS, again), taken);
  }
});

check("an active id that is longer than a close reason may be still gives 4409", async () => {
  const endless = { ...ENDLESS, id: "€".repeat(128) };

  assert.match(await closing(await acknowledged(), endless, endless), /^4409: ./);
});

check("an id is free again when its operation ended, whoever ended it", async () => {
  const socket = await acknowledged();

  send(socket, subscribe("a", "subscription { count(to: 1) }"));
  await first(socket, "complete", "a");
  send(socket, subscribe("a", "{ unknown }"));
  await first(socket, "error", "a");
  send(socket, ENDLESS, { type: "complete", id: "a" });
  send(socket, subscribe("a", "{ again: __typename }"));

  while (!socket.heard.some(({ payload }) => payload?.data?.again)) await socket.next();
});

check("nothing follows an error, and nothing follows complete", async () => {
  const socket = await acknowledged();

  send(
    socket,
    subscribe("a", "{ unknown }"),
    subscribe("b", "subscription { breakAfter(to: 1) }"),
    subscribe("c", "subscription { count(to: 1) }"),
    subscribe("d", "subscription { count(to: 30) }"),
  );
  await first(socket, "complete", "d");

  const types = (id) => socket.heard.filter((each) => each.id === id).map(({ type }) => type);
  assert.deepEqual(["a", "b", "c"].map(types), [
    ["error"],
    ["next", "error"],
    ["next", "complete"],
  ]);
});

check("a client's complete silences its operation, and an unknown id is ignored", async () => {
  const socket = await acknowledged();
  send(socket, ENDLESS, { type: "complete", id: "z" });
  await first(socket, "next", "a");

  send(socket, { type: "complete", id: "a" }, { type: "ping" });
  await first(socket, "pong");
  socket.heard.length = 0;
  send(socket, subscribe("b", "subscription { count(to: 20) }"));
  await first(socket, "complete", "b");

  assert.ok(socket.heard.every(({ id }) => id === "b"));
});

check("a ping is answered with its payload at any time, and a pong is not", async () => {
  const payload = { at: "noon" };
  const socket = await open();
  send(socket, { type: "pong" }, { type: "ping", payload }, { type: "ping" }, INIT);
  await first(socket, "connection_ack");

  assert.deepEqual(socket.heard, [
    { type: "pong", payload },
    { type: "pong" },
    { type: "connection_ack" },
  ]);
});

check("a client that offers no protocol, or the legacy one, is closed with 4406", async () => {
  const refusal = "4406: Subprotocol not acceptable";
  // Offered by hand, as ws drops a socket itself when the server chose none of what it offered.
  const legacy = { headers: { "Sec-WebSocket-Protocol": "graphql-ws" } };

  assert.equal(await closing(await open([])), refusal);
  assert.equal(await closing(await open([], legacy)), refusal);
});

check("a client that offers the protocol among others gets it", async () => {
  const socket = await acknowledged(["graphql-ws", PROTOCOL]);

  assert.equal(socket.protocol, PROTOCOL);
});

check("messages may be as large as the limit and come in fragments, and no larger", async () => {
  const query = (size) => JSON.stringify(subscribe("a", "{ __typename }")).padEnd(size);
  const socket = await acknowledged();
  const whole = query(LIMIT);
  socket.send(whole.slice(0, LIMIT / 2), { fin: false });
  socket.send(whole.slice(LIMIT / 2));
  await first(socket, "complete", "a");

  assert.match(await closing(await acknowledged(), query(LIMIT + 1)), /^1009: /);
});

check("a page of another origin gets no socket", async () => {
  for (const origin of ["https://example.org", "http://127.0.0.1:1", "null", "http://["]) {
    const socket = new WebSocket(url, PROTOCOL, { origin });
    const [, response] = await once(socket, "unexpected-response");
    assert.equal(response.resume().statusCode, 403, origin);
  }
});

check("a page of the server's own origin gets its socket", async () => {
  await acknowledged(PROTOCOL, { origin: base });
});
