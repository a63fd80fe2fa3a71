// What types are made of the operations here, and of which schema: the file, or a server's.

import type { CodegenConfig } from "@graphql-codegen/cli";

const { SCHEMA = "../../graph/schema.graphql", GENERATED = "codegen/generated/" } = process.env;

export default {
  schema: SCHEMA,
  documents: ["codegen/*.graphql", "codegen/app.ts"],
  generates: {
    [GENERATED]: {
      preset: "client",
      presetConfig: { fragmentMasking: { unmaskFunctionName: "unmask" } },
      config: {
        documentMode: "string",
        strictScalars: true,
        useTypeImports: true,
        scalars: { DateTime: "string", Long: "number", JSON: "unknown" },
      },
    },
  },
} satisfies CodegenConfig;
