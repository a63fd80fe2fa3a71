// Relay's compiler, run over the client's script before that script needs what it makes.

import { execFileSync } from "node:child_process";
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";

import compiler from "relay-compiler";

const SUBSCRIPTION = "type Subscription {";
const COUNTING = "count(to: Int!, delayMs: Int! = 1): Int! breakAfter(to: Int!): Int!";

const folder = mkdtempSync(join(tmpdir(), "relay-"));
process.on("exit", () => rmSync(folder, { recursive: true }));
const artifact = createRequire(join(folder, "__generated__", "here.js"));
compile();

/** What was compiled from a tagged operation; in an app's build Babel's plugin puts it there. */
export function graphql([text]) {
  const [, name] = text.match(/(?:query|mutation|subscription|fragment)\s+(\w+)/);
  return artifact(`./${name}.graphql`);
}

function compile() {
  const schema = readFileSync(new URL("../../../graph/schema.graphql", import.meta.url), "utf8");
  const counting = schema.replace(SUBSCRIPTION, `${SUBSCRIPTION} ${COUNTING}`);
  writeFileSync(join(folder, "schema.graphql"), counting);
  copyFileSync(new URL("client.mjs", import.meta.url), join(folder, "client.js"));
  const config = { src: ".", schema: "schema.graphql", language: "javascript" };
  // Node resolves what artifacts require without their suffix, but not what they would import.
  const settings = JSON.stringify({ ...config, eagerEsModules: false });
  writeFileSync(join(folder, "relay.config.json"), settings);
  execFileSync(compiler, ["relay.config.json"], { cwd: folder, stdio: "pipe" });
}
