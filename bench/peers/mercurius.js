// Mercurius on Fastify, with its compiler on and its loaders.
const Fastify = require("fastify");
const mercurius = require("mercurius");
const { port, resolvers, stats, schema } = require("./shared.js");

const app = Fastify({ logger: false });
app.register(mercurius, {
  schema: schema(),
  jit: 1,
  graphiql: false,
  resolvers,
  loaders: {
    Post: {
      stats: { loader: (queries) => stats(queries.map(({ obj }) => obj.postId)), opts: { cache: false } },
    },
  },
});
app.listen({ port, host: "127.0.0.1" });
