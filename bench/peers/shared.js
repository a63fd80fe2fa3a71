// What the servers written in JavaScript share: the statements, the vocabulary and the pool.
const { readFileSync } = require("node:fs");
const { Pool, types } = require("pg");

const config = JSON.parse(readFileSync(process.argv[2], "utf8"));
const port = Number(process.argv[3]);
const { statements, actions, kinds } = config;
const names = Object.fromEntries(Object.entries(actions).map(([name, [code]]) => [code, name]));

const where = { host: config.host, user: config.user, database: config.database, max: config.pool };
const parsers = { getTypeParser: (type, format) => (type === types.builtins.INT8 ? Number : types.getTypeParser(type, format)) };
const pool = new Pool({ ...where, types: parsers });

const ask = async (name, values) => (await pool.query({ name, text: statements[name], values })).rows;
const instant = (micros) => new Date(micros / 1000).toISOString();

async function record({ userAlias, action, postId, eventId }) {
  const [code, weight] = actions[action];
  const now = Date.now() * 1000;
  const [row] = await ask("record", [userAlias, code, postId, eventId, now, weight]);
  if (row === undefined) return { outcome: "UNCHANGED", interaction: null };
  const interaction = { id: row.id, action, target: { kind: "POST", id: postId }, occurredAt: instant(now) };
  return { outcome: "CREATED", interaction };
}

async function history(alias, first) {
  const rows = await ask("history", [alias, first]);
  return rows.map((row) => ({
    id: row.id,
    action: names[row.action],
    target: { kind: kinds[row.target_kind], id: row.target_id },
    occurredAt: instant(row.occurred_at),
  }));
}

// The stats of posts, in the order asked for.
async function stats(ids) {
  const totals = new Map(ids.map((id) => [id, []]));
  for (const row of await ask("totals", [ids])) totals.get(row.subject_id).push(row);
  return ids.map((id) => counted(totals.get(id)));
}

function counted(rows) {
  const counts = {};
  let last = 0;
  for (const { action, count, last_at } of rows) {
    counts[names[action]] = count;
    if (last_at > last) last = last_at;
  }
  const of = (name) => counts[name] ?? 0;
  const engaged = of("FAVORITE") + of("REBLOG") + of("BOOKMARK") + of("CLICK");
  return {
    engagementRate: of("VIEW") ? engaged / of("VIEW") : null,
    counts: rows
      .filter(({ count }) => count > 0)
      .map(({ action, count }) => ({ action: names[action], count }))
      .sort((a, b) => b.count - a.count),
    interactionCounts: {
      favorites: of("FAVORITE"),
      reblogs: of("REBLOG"),
      replies: of("REPLY"),
      bookmarks: of("BOOKMARK"),
      clicks: of("CLICK"),
      views: of("VIEW"),
    },
    lastInteractionAt: last ? instant(last) : null,
  };
}

const schema = () => readFileSync(`${__dirname}/schema.graphql`, "utf8");

/** What every GraphQL server resolves alike; a post's stats are batched by each in its own way. */
const resolvers = {
  Query: {
    user: (_, { alias }) => ({ alias }),
    post: (_, { id }) => ({ postId: id }),
    posts: (_, { ids }) => ids.map((postId) => ({ postId })),
  },
  Mutation: { recordInteraction: (_, { input }) => record(input) },
  User: { interactions: async ({ alias }, { first }) => ({ nodes: await history(alias, first) }) },
};

module.exports = { config, port, where, resolvers, stats, schema };
