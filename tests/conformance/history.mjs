// A history that others keep adding to while a client reads it page by page.

import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";

const HOUR_MS = 3_600_000;
const ENTRIES = 63;
const PAGE = 7;

export const [base] = process.argv.slice(2);

/** An id that no earlier run has used. */
export function fresh(kind) {
  return `${kind}-${randomUUID()}`;
}

/** Records past the client under test, as others do, and gives the interactions' ids. */
export async function recordElsewhere(...inputs) {
  const query = `mutation ($inputs: [RecordInteractionInput!]!) {
    recordInteractions(inputs: $inputs) { rejected results { interaction { id } } }
  }`;
  const answer = await fetch(`${base}/graphql`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ query, variables: { inputs } }),
  });
  const { rejected, results } = (await answer.json()).data.recordInteractions;
  assert.equal(rejected, 0);
  return results.map(({ interaction }) => interaction.id);
}

/** The arguments of a page from the newest on, and what its client then holds tells of the rest. */
export const FORWARDS = {
  window: (held) => ({ first: PAGE, after: held?.pageInfo.endCursor }),
  more: (held) => held.pageInfo.hasNextPage,
  end: (held) => held.edges.at(-1),
  ahead: ({ oldest }) => oldest,
};

/** The same from the oldest on. */
export const BACKWARDS = {
  window: (held) => ({ last: PAGE, before: held?.pageInfo.startCursor }),
  more: (held) => held.pageInfo.hasPreviousPage,
  end: (held) => held.edges.at(0),
  ahead: ({ newest }) => newest,
};

/**
 * Reads a history to its end while others add to both its ends, and to where the reading stands.
 *
 * `page` fetches a page and gives what its client then holds of the connection.
 */
export async function readAll(page, { window, more, end, ahead }) {
  const id = fresh("reader");
  const view = (occurredAt) => ({ userId: id, action: "VIEW", postId: "read", occurredAt });
  // Four share an instant, so that pages end in the midst of one.
  const views = Array.from({ length: ENTRIES }, (_, index) => view(hoursAgo(2 + (index >> 2))));
  const awaited = await recordElsewhere(...views);

  let held = await page({ id, ...window(null) });
  for (let size = PAGE; more(held); size += PAGE) {
    // Clients drop a repeated edge by themselves: it shows in a page that adds too few.
    assert.equal(held.edges.length, size);
    const amid = view(end(held).node.occurredAt);
    const [oldest, newest] = await recordElsewhere(
      view(hoursAgo(100 + size)),
      view(hoursAgo(0)),
      amid,
    );
    awaited.push(ahead({ oldest, newest }));
    held = await page({ id, ...window(held) });
  }

  const nodes = held.edges.map(({ node }) => node);
  const ids = new Set(nodes.map((node) => node.id));
  assert.equal(ids.size, nodes.length, "something is repeated");
  assert.deepEqual(awaited.filter((id) => !ids.has(id)), [], "something is lost");
  const instants = nodes.map(({ occurredAt }) => occurredAt);
  assert.deepEqual(instants, instants.toSorted().toReversed(), "it is not newest first");
}

function hoursAgo(hours) {
  return new Date(Date.now() - hours * HOUR_MS).toISOString();
}
