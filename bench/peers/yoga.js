// GraphQL Yoga on node's own HTTP server, with a DataLoader for each request.
const { createServer } = require("node:http");
const DataLoader = require("dataloader");
const { createSchema, createYoga } = require("graphql-yoga");
const { port, record, history, stats, schema } = require("./shared.js");

const yoga = createYoga({
  schema: createSchema({
    typeDefs: schema(),
    resolvers: {
      Query: {
        user: (_, { alias }) => ({ alias }),
        post: (_, { id }) => ({ postId: id }),
        posts: (_, { ids }) => ids.map((postId) => ({ postId })),
      },
      Mutation: { recordInteraction: (_, { input }) => record(input) },
      User: { interactions: async ({ alias }, { first }) => ({ nodes: await history(alias, first) }) },
      Post: { stats: ({ postId }, _, { totals }) => totals.load(postId) },
    },
  }),
  context: () => ({ totals: new DataLoader(stats) }),
  graphiql: false,
  landingPage: false,
  logging: false,
});
createServer(yoga).listen(port, "127.0.0.1");
