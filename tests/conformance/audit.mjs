// graphql-http's audit of GraphQL over HTTP: `node audit.mjs BASE`.

import { auditServer } from "graphql-http";

const [base] = process.argv.slice(2);
const results = await auditServer({ url: `${base}/graphql` });
const amiss = results.filter(({ status }) => status !== "ok");

console.log(`${results.length - amiss.length} of ${results.length}`);
for (const { status, id, name, reason } of amiss) {
  console.log(`${status}: ${id} ${name}: ${reason}`);
}
