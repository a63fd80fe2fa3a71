// Bundles /track.js and /track.mjs, and puts beside them what is served or read as it is.

import { build } from "esbuild";
import { copyFile } from "node:fs/promises";
import { basename, join } from "node:path";

const here = import.meta.dirname ?? new URL(".", import.meta.url).pathname;
const bundles = { "track.js": ["script.ts", "iife"], "track.mjs": ["module.ts", "esm"] };
const copies = ["track.d.mts", "documents/record.graphql", "documents/states.graphql"];

export async function bundle(folder) {
  for (const [name, [entry, format]] of Object.entries(bundles)) {
    await build({
      entryPoints: [join(here, entry)],
      outfile: join(folder, name),
      bundle: true,
      minify: true,
      format,
      target: "es2022",
      charset: "utf8",
      loader: { ".graphql": "text" },
      logLevel: "error",
    });
  }
  for (const file of copies) await copyFile(join(here, file), join(folder, basename(file)));
}
