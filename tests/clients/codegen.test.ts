import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { preset } from "@graphql-codegen/client-preset";
import { codegen } from "@graphql-codegen/core";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { buildASTSchema, parse } from "graphql";
import ts from "typescript";
import { projectRoot } from "../../runtime/project-root.ts";
import { type Graph, startGraph } from "../harness/graph.ts";

const profile = `
  query Profile($handle: String!, $first: Int) {
    userByHandle(handle: $handle) {
      name
      lists(first: $first) { edges { node { visibility createdAt ...Owner } } }
    }
  }
`;
const owner = "fragment Owner on TodoList { owner { handle } }";

/** A frontend's program: the documents are typed by what is generated from them. */
const program = (field: string): string => `
  import { GraphQLClient } from "graphql-request";
  import { graphql, useFragment } from "./generated/index.js";
  const query = graphql(\`${profile}\`);
  const Owner = graphql(\`${owner}\`);
  const client = new GraphQLClient(process.argv[2] ?? "");
  const data = await client.request(query, { handle: "ada", first: 1 });
  const name: string | undefined = data.userByHandle?.${field};
  const [edge] = data.userByHandle?.lists.edges ?? [];
  if (edge === undefined) throw new Error("no list");
  const visibility: "PRIVATE" | "PUBLIC" = edge.node.visibility;
  const handle = useFragment(Owner, edge.node).owner?.handle;
  process.stdout.write(JSON.stringify({ name, visibility, handle, since: edge.node.createdAt }));
`;

let folder: string;
let graph: Graph;

beforeAll(async () => {
  graph = await startGraph({ data: "demo" });
  folder = await mkdtemp(join(tmpdir(), "codegen-"));
  await symlink(join(projectRoot(), "node_modules"), join(folder, "node_modules"));
  await writeFile(join(folder, "package.json"), '{ "type": "module" }');
  await generate();
});

afterAll(async () => {
  await graph.stop();
  await rm(folder, { recursive: true });
});

/** What `graphql-codegen` does with `preset: "client"` and `graph/api.graphql`. */
async function generate(): Promise<void> {
  const schema = parse(await readFile(join(projectRoot(), "graph", "api.graphql"), "utf8"));
  const documents = [profile, owner].map((rawSDL) => ({
    location: "app.ts",
    rawSDL,
    document: parse(rawSDL),
  }));
  const sections = await preset.buildGeneratesSection({
    baseOutputDir: "generated/",
    schema,
    schemaAst: buildASTSchema(schema),
    documents,
    config: { useTypeImports: true, importExtension: ".js", scalars: { DateTime: "string" } },
    presetConfig: {},
    plugins: [],
    pluginMap: {},
  });
  await mkdir(join(folder, "generated"));
  // All at once: one of them waits for another.
  await Promise.all(
    sections.map(async (section) => {
      await writeFile(join(folder, section.filename), await codegen(section));
    }),
  );
}

/** Compiles the program as strictly as this repository, and says what is wrong with it. */
async function compile(text: string): Promise<readonly string[]> {
  const file = join(folder, "app.ts");
  await writeFile(file, text);
  const compiled = ts.createProgram([file], {
    strict: true,
    noUncheckedIndexedAccess: true,
    exactOptionalPropertyTypes: true,
    skipLibCheck: true,
    target: ts.ScriptTarget.ES2023,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    types: ["node"],
    typeRoots: [join(folder, "node_modules", "@types")],
  });
  compiled.emit();
  return ts
    .getPreEmitDiagnostics(compiled)
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, " "));
}

test("documents are typed by the client preset from the API schema, and their answers are what the types say", async () => {
  expect(await compile(program("name"))).toEqual([]);
  const { stdout } = await promisify(execFile)(process.execPath, [
    join(folder, "app.js"),
    graph.url,
  ]);
  expect(JSON.parse(stdout)).toEqual({
    name: "Ada Lovelace",
    visibility: "PUBLIC",
    handle: "ada",
    since: expect.stringMatching(/^\d{4}-.*Z$/),
  });
});

test("a field that a typed document did not select does not compile", async () => {
  expect(await compile(program("avatarUrl"))).toEqual([
    expect.stringContaining("Property 'avatarUrl' does not exist on type"),
  ]);
});
