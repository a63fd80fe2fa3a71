// GraphQL Yoga on node's own HTTP server, with a DataLoader for each request.
const { createServer } = require("node:http");
const DataLoader = require("dataloader");
const { createSchema, createYoga } = require("graphql-yoga");
const { port, resolvers, stats, schema } = require("./shared.js");

const yoga = createYoga({
  schema: createSchema({
    typeDefs: schema(),
    resolvers: {
      ...resolvers,
      Post: { stats: ({ postId }, _, { totals }) => totals.load(postId) },
    },
  }),
  context: () => ({ totals: new DataLoader(stats) }),
  graphiql: false,
  landingPage: false,
  logging: false,
});
createServer(yoga).listen(port, "127.0.0.1");
