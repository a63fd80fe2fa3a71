// graphql-eslint over the schema, which lies outside of what ESLint's own command would read here.

import { dirname } from "node:path";

import { ESLint } from "eslint";

import config, { SCHEMA } from "./eslint.config.mjs";

const eslint = new ESLint({
  cwd: dirname(SCHEMA),
  overrideConfigFile: true,
  baseConfig: config,
});
const formatter = await eslint.loadFormatter();

process.stdout.write(await formatter.format(await eslint.lintFiles(SCHEMA)));
