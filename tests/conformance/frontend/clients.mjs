// Apollo's or urql's client as docs/frontend.md sets it up: `node clients.mjs FOLDER SERVER CLIENT`.

import assert from "node:assert/strict";

import { WebSocket } from "ws";

import { LIMIT, asking, closing, recording } from "./users.mjs";

const [folder, server, name] = process.argv.slice(2);
const kept = new Map();
globalThis.WebSocket ??= WebSocket; // what a browser has, and Node 20 does not
globalThis.localStorage = {
  getItem: (key) => kept.get(key) ?? null,
  setItem: (key, value) => kept.set(key, value),
  removeItem: (key) => kept.delete(key),
};
const said = [];
console.warn = console.error = (...words) => said.push(words.join(" "));

const { client, favorite, followCounts, openHistory } = await import(`${folder}/${name}.js`);
const { PAGE, isFavorite } = await import(`${folder}/favorite.js`);
const { authorizedFetch, dropToken } = await import(`${folder}/authorized.js`);
const { follow } = await import(`${folder}/feed.js`);
const { socket } = await import(`${folder}/socket.js`);

async function until(holds) {
  const deadline = Date.now() + 60_000;
  while (!holds()) {
    assert(Date.now() < deadline, `${holds} does not come to hold`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** What a page shows of a post, whenever that changes; `now` is the last of it. */
async function open(post) {
  const shown = { now: null };
  const show = ({ data }) => data?.post && (shown.now = data);
  if (name === "apollo") {
    const { gql } = await import("@apollo/client");
    const options = { query: gql(PAGE), variables: { post }, fetchPolicy: "network-only" };
    shown.close = client.watchQuery(options).subscribe(show).unsubscribe;
  } else {
    const options = { requestPolicy: "network-only" };
    shown.close = client.query(PAGE, { post }, options).subscribe(show).unsubscribe;
  }
  await until(() => shown.now);
  shown.button = () => [
    isFavorite(shown.now.viewer, shown.now.post),
    shown.now.post.stats.interactionCounts.favorites,
  ];
  shown.click = (on, post = shown.now.post) => favorite(shown.now.viewer, post, on);
  return shown;
}

async function truth(post) {
  const query = `query ($post: ID!) {
    post(id: $post) { viewerStates stats { interactionCounts { favorites } } }
  }`;
  const { viewerStates, stats } = (await asking(server, "ann", query, { post })).post;
  return [...viewerStates, stats.interactionCounts.favorites];
}

async function theButtonIsRightAtOnce() {
  const page = await open("p1");
  assert.deepEqual(page.button(), [false, 0]);

  for (const [on, there] of [[true, ["FAVORITE", 1]], [false, [0]], [true, ["FAVORITE", 1]]]) {
    const letThrough = closing();
    const clicked = page.click(on);
    await until(() => page.button()[0] === on);
    assert.equal(page.button()[1], on ? 1 : 0);
    letThrough();
    await clicked;
    assert.deepEqual(page.button(), [on, on ? 1 : 0]);
    assert.deepEqual(await truth("p1"), there);
  }
  page.close();
}

async function whatIsRefusedIsTakenBack() {
  const page = await open("p2");
  const tooLong = { ...page.now.post, postId: "x".repeat(256) };
  await assert.rejects(page.click(true, tooLong));
  await until(() => page.button()[1] === 0);
  assert.deepEqual(page.button(), [false, 0]);

  const letThrough = closing();
  const clicked = assert.rejects(page.click(true));
  await until(() => page.button()[0]);
  letThrough(() => Promise.reject(new TypeError("no network")));
  await clicked;
  await until(() => !page.button()[0]);
  assert.deepEqual(page.button(), [false, 0]);
  page.close();
}

async function theCountMovesWhenOthersClick() {
  const page = await open("p3");
  const counts = followCounts(["p3"]);
  for (const [index, user] of ["bob", "cleo"].entries()) {
    await recording(server, user, { action: "FAVORITE", postId: "p3" });
    await until(() => page.button()[1] === index + 1);
  }
  counts.unsubscribe();
  page.close();
}

async function theListHasNoEndButItsOwn() {
  const views = Array.from({ length: 45 }, (_, number) => ({ action: "VIEW", postId: `v${number}` }));
  await recording(server, "ann", ...views);
  let held = null;
  const history = openHistory();
  history.subscribe((interactions) => (held = interactions));
  await until(() => held);
  assert.equal(held.edges.length, 20);
  while (await history.more());
  await until(() => !held.pageInfo.hasNextPage);
  const ids = held.edges.map(({ node }) => node.id);
  assert.equal(ids.length, 46); // and p1's favorite
  assert.equal(new Set(ids).size, 46);
  assert.equal(await history.more(), false);
}

async function thePageRemembersForALimitedUser() {
  await asking(server, "ann", LIMIT);
  const page = await open("p4");
  for (const on of [true, false]) {
    await page.click(on);
    await until(() => page.button()[0] === on);
    assert.deepEqual(page.button(), [on, on ? 1 : 0]);
    assert.deepEqual(await truth("p4"), [on ? 1 : 0]); // no state
    const reloaded = await open("p4");
    assert.deepEqual(reloaded.button(), [on, on ? 1 : 0]);
    reloaded.close();
  }
  page.close();
}

async function nothingCountsForAUserAtNone() {
  await asking(server, "ann", LIMIT.replace("LIMITED", "NONE"));
  const page = await open("p5");
  await page.click(true);
  await until(() => page.button()[1] === 0);
  assert.deepEqual(page.button(), [false, 0]);
  page.close();
}

async function aRefusedTokenIsExchanged() {
  const refuse = () => {
    const letThrough = closing();
    dropToken();
    return () => letThrough(async () => Response.json({ token: "x.y.z", endsAt: Date.now() }));
  };
  const letAsk = refuse();
  const asked = authorizedFetch(`${server}/graphql?query={__typename}`, {});
  letAsk();
  assert.equal((await asked).status, 200);

  const letListen = refuse();
  const stop = new AbortController();
  const following = follow(socket, null, () => stop.abort(), stop.signal);
  letListen();
  const stopping = setInterval(
    () => recording(server, "ann", { action: "VIEW", postId: "p6" }).catch(assert.fail),
    200,
  );
  await following;
  clearInterval(stopping);
}

async function aBusyServerIsAskedAgain() {
  const letThrough = closing();
  const asked = authorizedFetch(`${server}/graphql?query={__typename}`, {});
  letThrough(async () => new Response("", { status: 503, headers: { "Retry-After": "0" } }));
  assert.deepEqual(await (await asked).json(), { data: { __typename: "Query" } });
}

async function whatOnlyThePageCanMendIsThrown() {
  const never = new AbortController().signal;
  await assert.rejects(follow(socket, "?", assert.fail, never), { message: "BAD_USER_INPUT" });
}

for (const proof of [
  theButtonIsRightAtOnce,
  whatIsRefusedIsTakenBack,
  theCountMovesWhenOthersClick,
  theListHasNoEndButItsOwn,
  aRefusedTokenIsExchanged,
  thePageRemembersForALimitedUser,
  nothingCountsForAUserAtNone,
  aBusyServerIsAskedAgain,
  whatOnlyThePageCanMendIsThrown,
]) {
  await proof();
}
assert.deepEqual(said, []);
await socket.dispose();
client.stop?.();
console.log("passes");
