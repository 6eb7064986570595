import { expect, test } from "@jest/globals";
import { sortChanges } from "./changes.ts";

function sorted(...paths: string[]): Readonly<Record<string, readonly string[]>> {
  const files = paths.map((path) => `/project/${path}`);
  const changes = sortChanges(files, "/project", ["users", "todos"]);
  return Object.fromEntries(
    Object.entries(changes).map(([kind, names]: [string, ReadonlySet<string>]) => [
      kind,
      [...names].map((name) => name.replace("/project/", "")),
    ]),
  );
}

const nothing = { sources: [], subgraphs: [], schemas: [], databases: [], types: [], forLater: [] };

test.each([
  [
    "subgraphs/todos/schema.graphql",
    { subgraphs: ["todos"], schemas: ["todos"], types: ["todos"] },
  ],
  ["subgraphs/todos/resolver-parents.json", { types: ["todos"] }],
  [
    "subgraphs/todos/model/lists.ts",
    { sources: ["subgraphs/todos/model/lists.ts"], subgraphs: ["todos"] },
  ],
  ["subgraphs/todos/model/lists.test.ts", {}],
  [
    "subgraphs/kit/loader.ts",
    { sources: ["subgraphs/kit/loader.ts"], subgraphs: ["users", "todos"] },
  ],
  [
    "runtime/env.ts",
    { sources: ["runtime/env.ts"], subgraphs: ["users", "todos"], forLater: ["runtime/env.ts"] },
  ],
  ["gateway/gateway.ts", { sources: ["gateway/gateway.ts"], forLater: ["gateway/gateway.ts"] }],
  ["gateway/http/explorer/open-example.ts", {}],
  ["prisma/users/schema.prisma", { subgraphs: ["users"], databases: ["users"] }],
  ["prisma/users/migrations/1/migration.sql", { subgraphs: ["users"], databases: ["users"] }],
  ["prisma/users/seed.ts", { sources: ["prisma/users/seed.ts"] }],
  ["supergraph.yaml", { forLater: ["supergraph.yaml"] }],
  ["README.md", {}],
])("%s takes what it takes, and no more", (path, wanted) => {
  expect(sorted(path)).toEqual({ ...nothing, ...wanted });
});
