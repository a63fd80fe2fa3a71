// Copies the explorer's page and the files it loads to where the server finds them.
// They are gathered in a folder beside it, which then takes its place as a whole.

import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const web = dirname(fileURLToPath(import.meta.url));
const target = join(web, "..", "graph", "static", "explorer");

const files = {
  "react.js": "node_modules/react/umd/react.production.min.js",
  "react.LICENSE": "node_modules/react/LICENSE",
  "react-dom.js": "node_modules/react-dom/umd/react-dom.production.min.js",
  "react-dom.LICENSE": "node_modules/react-dom/LICENSE",
  "graphiql.js": "node_modules/graphiql/graphiql.min.js",
  "graphiql.css": "node_modules/graphiql/graphiql.min.css",
  "graphiql.LICENSE": "node_modules/graphiql/LICENSE",
  "index.html": "explorer/index.html",
};

async function build() {
  await mkdir(dirname(target), { recursive: true });
  const scratch = await mkdtemp(`${target}-`);
  try {
    const draft = join(scratch, "new");
    await mkdir(draft);
    for (const [name, source] of Object.entries(files)) {
      await writeFile(join(draft, name), await readFile(join(web, source)));
    }
    await rename(target, join(scratch, "old")).catch((error) => {
      if (error.code !== "ENOENT") throw error;
    });
    await rename(draft, target);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

try {
  await build();
} catch (error) {
  console.error(`the explorer was not built: ${error.message}`);
  process.exitCode = 1;
}
