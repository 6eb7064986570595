// Writes subgraphs/*/generated/resolver-types.ts from each schema.graphql, or of the subgraphs that are named as arguments.
// Plain JavaScript, as it runs before the build.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { codegen } from "@graphql-codegen/core";
import * as typescript from "@graphql-codegen/typescript";
import * as resolvers from "@graphql-codegen/typescript-resolvers";
import { parse } from "graphql";
import { ownSubgraphs } from "./own-subgraphs.js";

const root = fileURLToPath(new URL("..", import.meta.url));
const named = process.argv.slice(2);

for (const subgraph of named.length > 0 ? named : ownSubgraphs(root)) {
  const folder = `${root}subgraphs/${subgraph}`;
  const text = await codegen({
    filename: "resolver-types.ts",
    schema: parse(readFileSync(`${folder}/schema.graphql`, "utf8")),
    documents: [],
    plugins: [{ typescript: {} }, { resolvers: {} }],
    pluginMap: { typescript, resolvers },
    config: {
      federation: true,
      useTypeImports: true,
      enumsAsTypes: true,
      avoidOptionals: { field: true },
      immutableTypes: true,
      makeResolverTypeCallable: true,
      inputMaybeValue: "T | null | undefined",
      contextType: `../context.ts#Context`,
      // For each type what its resolvers receive as parent.
      mappers: JSON.parse(readFileSync(`${folder}/resolver-parents.json`, "utf8")),
      scalars: { DateTime: { input: "Date", output: "Date | string" }, ID: "string" },
    },
  });
  mkdirSync(`${folder}/generated`, { recursive: true });
  writeFileSync(`${folder}/generated/resolver-types.ts`, text);
}
