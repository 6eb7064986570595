import { expect, test } from "@jest/globals";
import { sortChanges } from "./changes.ts";

function sorted(...paths: string[]): Readonly<Record<string, readonly string[] | boolean>> {
  const files = paths.map((path) => `/project/${path}`);
  const { graph, ...changes } = sortChanges(files, "/project", ["users", "todos"]);
  const sets = Object.entries(changes).map(([kind, names]: [string, ReadonlySet<string>]) => [
    kind,
    [...names].map((name) => name.replace("/project/", "")),
  ]);
  return { ...Object.fromEntries(sets), graph };
}

const nothing = {
  sources: [],
  subgraphs: [],
  schemas: [],
  databases: [],
  types: [],
  graph: false,
  forLater: [],
};

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
  ["supergraph.yaml", { graph: true }],
  ["subgraphs/reviews/schema.graphql", { forLater: ["subgraphs/reviews"] }],
  [
    "subgraphs/reviews/config.ts",
    { sources: ["subgraphs/reviews/config.ts"], forLater: ["subgraphs/reviews"] },
  ],
  ["prisma/reviews/schema.prisma", {}],
  ["README.md", {}],
])("%s takes what it takes, and no more", (path, wanted) => {
  expect(sorted(path)).toEqual({ ...nothing, ...wanted });
});
