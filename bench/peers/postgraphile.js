// PostGraphile over functions of the database.
const { createServer } = require("node:http");
const { Pool } = require("pg");
const { postgraphile } = require("postgraphile");
const { makePgService } = require("postgraphile/adaptors/pg");
const { grafserv } = require("postgraphile/grafserv/node");
const { PostGraphileAmberPreset } = require("postgraphile/presets/amber");
const { port, where } = require("./shared.js");

// PostGraphile uses what came with Node 22; an older one can do it too.
Promise.withResolvers ??= () => {
  const found = {};
  found.promise = new Promise((resolve, reject) => Object.assign(found, { resolve, reject }));
  return found;
};

const preset = {
  extends: [PostGraphileAmberPreset],
  pgServices: [makePgService({ pool: new Pool(where), schemas: ["peers"] })],
  grafserv: { graphiql: false, graphqlPath: "/graphql", watch: false, websockets: false },
  grafast: { explain: false },
};

async function main() {
  const server = createServer();
  const serving = postgraphile(preset).createServ(grafserv);
  await serving.addTo(server);
  await serving.ready();
  server.listen(port, "127.0.0.1");
}
main();
