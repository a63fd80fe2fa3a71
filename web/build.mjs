// Builds the pages into graph/static, where the server finds them: all of them, or those named as arguments.
// Each is gathered in a folder beside its own, which it then replaces as a whole.

import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

const web = import.meta.dirname ?? new URL(".", import.meta.url).pathname;
const built = join(web, "..", "graph", "static");

/** A function for each page; it fills the empty folder that it is given. */
const pages = { explorer, docs, track, dashboard };

async function explorer(folder) {
  await copy(folder, {
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
  });
}

async function docs(folder) {
  await copy(folder, {
    "swagger-ui.js": "node_modules/swagger-ui-dist/swagger-ui-bundle.js",
    "swagger-ui.css": "node_modules/swagger-ui-dist/swagger-ui.css",
    "swagger-ui.LICENSE": "node_modules/swagger-ui-dist/LICENSE",
    "swagger-ui.NOTICE": "node_modules/swagger-ui-dist/NOTICE",
    "docs.css": "docs/docs.css",
    "docs.js": "docs/docs.js",
    "index.html": "docs/index.html",
  });
}

async function track(folder) {
  const { bundle } = await import("./track/build.mjs");
  await bundle(folder);
}

async function dashboard(folder) {
  const dashboard = await import("./dashboard/build.mjs"); // which needs more than is copied here
  await dashboard.build(folder);
}

async function copy(folder, files) {
  for (const [name, source] of Object.entries(files)) {
    await writeFile(join(folder, name), await readFile(join(web, source)));
  }
}

async function build(page) {
  const target = join(built, page);
  await mkdir(built, { recursive: true });
  const scratch = await mkdtemp(`${target}-`);
  try {
    const draft = join(scratch, "new");
    await mkdir(draft);
    await pages[page](draft);
    await rename(target, join(scratch, "old")).catch((error) => {
      if (error.code !== "ENOENT") throw error;
    });
    await rename(draft, target);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

const named = process.argv.slice(2);
for (const page of named.length ? named : Object.keys(pages)) {
  try {
    if (!Object.hasOwn(pages, page)) throw new Error(`there are ${Object.keys(pages).join(", ")}`);
    await build(page);
  } catch (error) {
    console.error(`the page ${page} was not built: ${error.message}`);
    process.exitCode = 1;
  }
}
