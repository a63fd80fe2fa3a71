// Copies the explorer's and the docs' pages and the files they load to where the server finds them.
// Each is gathered in a folder beside its own, which it then replaces as a whole.

import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const web = dirname(fileURLToPath(import.meta.url));
const built = join(web, "..", "graph", "static");

const pages = {
  explorer: {
    "react.js": "node_modules/react/umd/react.production.min.js",
    "react.LICENSE": "node_modules/react/LICENSE",
    "react-dom.js": "node_modules/react-dom/umd/react-dom.production.min.js",
    "react-dom.LICENSE": "node_modules/react-dom/LICENSE",
    "graphiql.js": "node_modules/graphiql/graphiql.min.js",
    "graphiql.css": "node_modules/graphiql/graphiql.min.css",
    "graphiql.LICENSE": "node_modules/graphiql/LICENSE",
    "explorer.css": "explorer/explorer.css",
    "explorer.js": "explorer/explorer.js",
    "fetcher.js": "explorer/fetcher.js",
    "storage.js": "explorer/storage.js",
    "index.html": "explorer/index.html",
  },
  docs: {
    "swagger-ui.js": "node_modules/swagger-ui-dist/swagger-ui-bundle.js",
    "swagger-ui.css": "node_modules/swagger-ui-dist/swagger-ui.css",
    "swagger-ui.LICENSE": "node_modules/swagger-ui-dist/LICENSE",
    "swagger-ui.NOTICE": "node_modules/swagger-ui-dist/NOTICE",
    "docs.css": "docs/docs.css",
    "docs.js": "docs/docs.js",
    "index.html": "docs/index.html",
  },
};

async function build(page, files) {
  const target = join(built, page);
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
  for (const [page, files] of Object.entries(pages)) await build(page, files);
} catch (error) {
  console.error(`the pages were not built: ${error.message}`);
  process.exitCode = 1;
}
