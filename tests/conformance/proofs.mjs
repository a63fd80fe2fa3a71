// What every client proves, in the words that its own script gives: `query` asks the server, `held`
// the cache alone, `page` adds a page to what is held of a history, `code` reads a client's error.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";

import { BACKWARDS, FORWARDS, base, fresh, readAll, recordElsewhere } from "./history.mjs";

const chosen = process.argv.slice(3);

export const http = `${base}/graphql`;
export const ws = http.replace("http", "ws");

/** Runs the proofs that the command line names, else all, and prints a line for each. */
export async function prove(name, connect, more = {}) {
  const manifest = new URL(`node_modules/${name}/package.json`, import.meta.url);
  const { version } = JSON.parse(readFileSync(manifest, "utf8"));
  const proofs = { ...PROOFS, ...more };
  for (const proof of chosen.length ? chosen : Object.keys(proofs)) {
    assert(proof in proofs, `${proof}: allowed are ${Object.keys(proofs).join(", ")}`);
    await proofs[proof](await connect());
    console.log(`${name} ${version} ${proof}`);
  }
}

/** Subscribes to five numbers, and to two and a fault; `subscribe` gives every result it heard. */
export async function hear(client, subscribe) {
  const numbers = await subscribe("Count");
  assert.deepEqual(numbers.map(({ data, error }) => error ?? data.count), [1, 2, 3, 4, 5]);

  const broken = await subscribe("Break");
  assert.deepEqual(
    broken.map(({ data, error }) => (error ? client.code(error) : data.count)),
    [1, 2, "INTERNAL"],
  );
}

const PROOFS = {
  async "records into its cache"(client) {
    const input = favorite(fresh("post"));
    const ids = [input.postId];
    assert.deepEqual(favorites(await client.query("Favorites", { ids })), [0]);

    const recorded = await client.mutate("Record", { input });
    assert.equal(recorded.recordInteraction.outcome, "CREATED");
    assert.deepEqual(favorites(client.held("Favorites", { ids })), [1]);

    const undone = await client.mutate("Record", { input: { ...input, undo: true } });
    assert.equal(undone.recordInteraction.outcome, "UNDONE");
    assert.deepEqual(favorites(client.held("Favorites", { ids })), [0]);
  },

  async "records a batch into its cache"(client) {
    const ids = [fresh("post"), fresh("post")];
    const target = { kind: "GROUP", id: ids[0] };
    const join = { userId: fresh("user"), action: "GROUP_JOIN", target };
    const inputs = [favorite(ids[0]), favorite(ids[0]), favorite(ids[1]), join];
    await client.query("Favorites", { ids });

    const { recordInteractions } = await client.mutate("RecordMany", { inputs });
    assert.equal(recordInteractions.recorded, 4);
    assert.deepEqual(favorites(client.held("Favorites", { ids })), [2, 1]);

    const nodes = { ids: recordInteractions.results.map(({ interaction }) => interaction.id) };
    await client.query("Nodes", nodes);
    const targets = client.held("Nodes", nodes).nodes.map(({ target }) => target);
    assert.deepEqual(
      targets.map(({ kind, id }) => ({ kind, id })),
      [...[ids[0], ids[0], ids[1]].map((id) => ({ kind: "POST", id })), target],
    );
  },

  async "pages forwards while others record"(client) {
    await readAll(client.page, FORWARDS);
  },

  async "pages backwards while others record"(client) {
    await readAll(client.page, BACKWARDS);
  },

  async "gets known nodes beside unknown ones"(client) {
    const input = favorite(fresh("post"));
    const [interaction] = await recordElsewhere(input);
    const { posts } = await client.query("Favorites", { ids: [input.postId] });

    const unknown = ["?", btoa("Nothing:1"), btoa("Interaction:int_0"), btoa("User:nobody")];
    const { nodes } = await client.query("Nodes", { ids: [interaction, ...unknown, posts[0].id] });

    assert.deepEqual(
      nodes.map((node) => node && node.id),
      [interaction, null, null, null, null, posts[0].id],
    );
  },

  async "refetches a node"(client) {
    const input = favorite(fresh("post"));
    const ids = [input.postId];
    const { posts } = await client.query("Favorites", { ids });
    await recordElsewhere(input);
    assert.deepEqual(favorites(client.held("Favorites", { ids })), [0]);

    await client.query("Node", { id: posts[0].id });

    assert.deepEqual(favorites(client.held("Favorites", { ids })), [1]);
  },

  async "learns what was wrong with its input"(client) {
    const wrong = [{ ids: [""] }, { ids: [null] }, {}];
    for (const variables of wrong) {
      const error = await client.query("Favorites", variables).catch((thrown) => thrown);
      assert.equal(client.code(error), "BAD_USER_INPUT");
    }
  },

  async "subscribes over a WebSocket"(client) {
    await hear(client, client.subscribe);
  },
};

function favorite(postId) {
  return { userId: fresh("user"), action: "FAVORITE", postId };
}

function favorites({ posts }) {
  return posts.map(({ stats }) => stats.interactionCounts.favorites);
}
