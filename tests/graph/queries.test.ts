import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { readEnv } from "../../runtime/env.ts";
import { projectRoot } from "../../runtime/project-root.ts";
import type { Client } from "../harness/client.ts";
import { columnsRead } from "../harness/columns-read.ts";
import { type Graph, startGraph } from "../harness/graph.ts";
import type { Recorded } from "../harness/recorder.ts";
import { fillWide, wideId } from "../harness/wide-data.ts";
import { type ContractedOperation, operations } from "./operations.ts";

let graph: Graph;
let viewer: Client;

beforeAll(async () => {
  graph = await startGraph({ data: "empty" });
  const reader = await graph.signUp("reader");
  await fillWide(graph, reader.id);
  viewer = reader;
});

afterAll(() => graph.stop());

function statementsOf(
  operation: ContractedOperation,
  parents: number,
): Promise<readonly Recorded[]> {
  return graph.statements.during(() =>
    viewer.data(operation.document, {
      ...(operation.scales && { n: parents }),
      ...(operation.document.includes("$user") && { user: wideId("user", 1) }),
      ...(operation.document.includes("$list") && { list: wideId("list", 1) }),
      ...(operation.document.includes("$handle") && { handle: "user_2" }),
    }),
  );
}

function count(statements: readonly Recorded[]): Pick<ContractedOperation, "users" | "todos"> {
  const of = (subgraph: string): number =>
    statements.filter((statement) => statement.subgraph === subgraph).length;
  return { users: of("users"), todos: of("todos") };
}

describe("C49 C50 the statements of an operation are a constant", () => {
  test.each(operations)("$name: $users by users, $todos by todos", async (operation) => {
    const { users, todos } = operation;
    for (const parents of operation.scales ? [1, 10, 100] : [1]) {
      const counted = count(await statementsOf(operation, parents));
      expect({ parents, ...counted }).toEqual({ parents, users, todos });
    }
  });
});

test("docs/queries.md holds the statements and columns of every operation", async () => {
  const rows: string[] = [];
  for (const operation of operations) {
    const statements = await statementsOf(operation, 10);
    rows.push(
      `### ${operation.name}`,
      "",
      `Statements: users ${operation.users}, todos ${operation.todos}.`,
      "",
      "```graphql",
      operation.document.replace(/\n\s+/g, "\n"),
      "```",
      "",
      ...columnTable(statements),
      "",
    );
  }
  const text = [
    "# Queries and their SQL",
    "",
    "Written by `tests/graph/queries.test.ts` (`WRITE_DOCS=1 npm test -- queries` after a change), which fails when an operation",
    "sends another number of statements for 1, 10 or 100 parents, or reads other columns than these.",
    "",
    ...rows,
  ].join("\n");
  const file = join(projectRoot(), "docs", "queries.md");
  if (readEnv()["WRITE_DOCS"] !== undefined) await writeFile(file, text);
  expect(await readFile(file, "utf8")).toBe(text);
});

function columnTable(statements: readonly Recorded[]): readonly string[] {
  if (statements.length === 0) return ["No statement."];
  const lines = statements.map(
    ({ subgraph, text }) => `| ${subgraph} | ${columnsRead(text).join(", ") || "none"} |`,
  );
  return ["| subgraph | columns read, one row per statement |", "| --- | --- |", ...lines.sort()];
}
