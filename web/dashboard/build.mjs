// Builds the dashboard: types of the schema and of its operations, a check of all types, and the page.

import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import { codegen } from "@graphql-codegen/core";
import * as documents from "@graphql-codegen/typed-document-node";
import * as operations from "@graphql-codegen/typescript-operations";
import { parse } from "graphql";
import * as vite from "vite";

const here = fileURLToPath(new URL(".", import.meta.url));
const schema = join(here, "..", "..", "graph", "schema.graphql");
const api = join(here, "src", "api");

/** Fill a folder with the page; its files are named by what they hold. */
export async function build(folder) {
  await generate();
  await check();
  await vite.build({
    root: here,
    base: "/dashboard/",
    configFile: false,
    logLevel: "warn",
    oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
    build: {
      outDir: folder,
      emptyOutDir: false,
      target: "es2022",
      modulePreload: false,
      assetsInlineLimit: 0,
      license: { fileName: "LICENSES.md" },
    },
  });
}

/** Write the types of what the operations ask for, as the schema has it now. */
async function generate() {
  const location = join(api, "operations.graphql");
  const text = await codegen({
    filename: "generated.ts",
    schema: parse(await readFile(schema, "utf8")),
    documents: [{ location, document: parse(await readFile(location, "utf8")) }],
    config: {
      documentMode: "string",
      strictScalars: true,
      useTypeImports: true,
      scalars: { DateTime: "string", Long: "number", JSON: "unknown" },
    },
    plugins: [{ operations: {} }, { documents: {} }],
    pluginMap: { operations, documents },
  });
  await writeFile(join(api, "generated.ts"), text);
}

/** Refuse what the compiler refuses, in its words. */
async function check() {
  const compiler = fileURLToPath(import.meta.resolve("typescript/package.json"));
  const tsc = join(compiler, "..", "bin", "tsc");
  await promisify(execFile)(process.execPath, [tsc, "--project", here]).catch((error) => {
    throw new Error(error.stdout || error.message);
  });
}
