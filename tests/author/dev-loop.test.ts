import { existsSync } from "node:fs";
import { readFile, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { copyProject, type ProjectCopy } from "../../bench/copy-project.ts";
import { type DevProcess, startDev } from "../../bench/dev-process.ts";
import { type Answer, type Client, createClient } from "../harness/client.ts";
import { eventually } from "../harness/library.ts";
import { createRequestStream, type RequestStream } from "./request-stream.ts";
import { type Ended, runProgram } from "./run-program.ts";

const schema = "subgraphs/todos/schema.graphql";
const resolvers = "subgraphs/todos/resolvers.ts";
const supergraph = "supergraph.yaml";
const jest = ["--experimental-vm-modules", "--no-warnings", "node_modules/jest/bin/jest.js"];
let copy: ProjectCopy;
let dev: DevProcess;
let client: Client;
let stream: RequestStream;
const good = new Map<string, string>();
const ended = new Map<string, Ended>();

/** Runs a Node program in the copy; `ended` has how it went. */
async function run(name: string, ...args: string[]): Promise<void> {
  ended.set(name, await runProgram(copy.root, ...args));
}

beforeAll(async () => {
  copy = await copyProject();
  const newSubgraph = "dist/scripts/new-subgraph.js";
  await run("a clash", newSubgraph, "lists");
  await run("a new subgraph", newSubgraph, "reviews");
  const biome = ["node_modules/@biomejs/biome/bin/biome", "ci", "--vcs-enabled=false"];
  [dev] = await Promise.all([
    startDev(copy.root),
    run("its tests", ...jest, "subgraphs/reviews"),
    run("its SDL", "dist/scripts/compose.js", "--check"),
    run("its format", ...biome, "subgraphs/reviews", "prisma/reviews"),
  ]);
  client = createClient(`${dev.url}/graphql`);
  for (const path of [schema, resolvers, supergraph]) {
    good.set(path, await readFile(join(copy.root, path), "utf8"));
  }
}, 60_000);

afterAll(async () => {
  await dev?.stop();
  await copy?.remove();
});

beforeEach(() => {
  stream = createRequestStream(client, [
    "{ users(first: 2) { edges { node { handle todoStats { total } } } } lists { totalCount } }",
  ]);
});

afterEach(async () => {
  await stream.stop();
  expect(stream.lost()).toEqual([]);
});

test("a name that the graph has already is refused with one sentence, and nothing is written", () => {
  const words =
    "NAME: the graph has a field Query.list (in todos) already, so choose another name.\n";
  expect(ended.get("a clash")).toMatchObject({ code: 1, stderr: words, stdout: "" });
  expect(good.get(supergraph)).not.toContain("lists");
  expect(existsSync(join(copy.root, "subgraphs/lists"))).toBe(false);
});

test("a new subgraph passes its own tests and answers through the gateway at once", async () => {
  expect(ended.get("a new subgraph")).toMatchObject({
    code: 0,
    stderr: "",
    stdout: expect.stringContaining("wrote subgraphs/reviews, prisma/reviews"),
  });
  expect(good.get(supergraph)).toContain(
    "routing_url: ${env.REVIEWS_URL:-http://127.0.0.1:4003/graphql}",
  );
  expect(ended.get("its tests")?.stderr).toMatch(/Tests: +4 passed, 4 total/);
  expect(ended.get("its SDL")).toMatchObject({ code: 0, stderr: "" });
  expect(ended.get("its format")).toMatchObject({ code: 0 });

  const input = '{ email: "grace@example.com", password: "correct-horse-battery" }';
  const { signIn } = await client.data(`mutation { signIn(input: ${input}) { accessToken } }`);
  const grace = createClient(`${dev.url}/graphql`, signIn.accessToken);
  const created = await grace.data(`mutation {
    createReview(input: { title: "Good" }) { review { title owner { handle todoStats { total } } } }
  }`);
  expect(created.createReview.review).toEqual({
    title: "Good",
    owner: { handle: "grace", todoStats: { total: expect.any(Number) } },
  });
  // What its schema requires the gateway says itself: an error of the subgraph would name it.
  const { errors } = await client.send(
    'mutation { createReview(input: { title: "Nobody\'s" }) { review { id } } }',
  );
  expect(errors?.map(({ extensions }) => extensions)).toEqual([{ code: "UNAUTHENTICATED" }]);
});

test("a new subgraph is in the containers too, as their tests want it", async () => {
  const compose = await readFile(join(copy.root, "docker-compose.yml"), "utf8");
  expect(compose).toContain("\n  reviews:\n    <<: *process\n");
  const files = ["compose", "image", "secrets", "databases"];
  const { stderr } = await runProgram(
    copy.root,
    ...jest,
    ...files.map((name) => `tests/containers/${name}.test.ts`),
  );
  expect(stderr).toMatch(/^Test Suites: 4 passed, 4 total$/m);
}, 90_000);

/** Saves files as they were at first, changed in this way. */
async function save(changes: Readonly<Record<string, (text: string) => string>>): Promise<void> {
  for (const [path, change] of Object.entries(changes)) {
    const text = good.get(path) ?? "";
    const changed = change(text);
    await writeFile(join(copy.root, path), changed);
  }
}

const same = (text: string): string => text;
const withField =
  (...fields: readonly string[]) =>
  (text: string): string =>
    text.replace("type TodoStats {", `type TodoStats {\n  ${fields.join("\n  ")}\n`);
const withResolver =
  (code: string) =>
  (text: string): string =>
    text.replace("  ListMember: {", `  TodoStats: { ${code} },\n  ListMember: {`);

/** Saves may take a while on a machine that does much else; how long they take is for the bench to say. */
const soon = (attempt: () => Promise<void>): Promise<void> => eventually(attempt, 400);

async function stats(fields: string): Promise<Answer> {
  return client.send(`{ userByHandle(handle: "ada") { todoStats { ${fields} } } }`);
}

/** Waits until the stats of a user have these values. */
async function becomes(values: Readonly<Record<string, unknown>>): Promise<void> {
  await soon(async () => {
    const { data } = await stats(Object.keys(values).join(" "));
    expect(data?.userByHandle.todoStats).toEqual(values);
  });
}

async function goes(field: string): Promise<void> {
  await soon(async () => {
    const { errors } = await stats(field);
    expect(errors?.[0]?.extensions.code).toBe("GRAPHQL_VALIDATION_FAILED");
  });
}

/** What is printed from now on. */
function listen(): (words: string) => Promise<void> {
  const from = dev.output().length;
  return (words) => soon(async () => expect(dev.output().slice(from)).toContain(words));
}

test("a field that is added, resolved, renamed and removed is live without a lost request", async () => {
  const probes = ["a", "b"].map(
    (name) => `{ userByHandle(handle: "ada") { todoStats { ${name} } } }`,
  );
  // A client that knows the field before and after: it is there, or it is not, and nothing in between.
  const eager = createRequestStream(client, probes, ["GRAPHQL_VALIDATION_FAILED"]);
  await save({ [schema]: withField("a: Int") });
  await becomes({ a: null });
  await save({ [resolvers]: withResolver("a: () => 1") });
  await becomes({ a: 1 });
  await save({ [resolvers]: withResolver("b: () => 2"), [schema]: withField("b: Int!") });
  await becomes({ b: 2 });
  await goes("a");
  await save({ [resolvers]: same, [schema]: same });
  await goes("b");
  await eager.stop();
  expect(eager.lost()).toEqual([]);
  expect(eager.answered()).toBeGreaterThan(20);
}, 30_000);

test("a request that began before its field was removed ends as it began", async () => {
  const slow = "slow: () => new Promise((resolve) => setTimeout(resolve, 1500, 7))";
  const said = listen();
  await save({ [resolvers]: withResolver(slow), [schema]: withField("slow: Int") });
  await said("todos: live");
  const held = stats("slow");
  await sleep(100);
  await save({ [resolvers]: same, [schema]: same });
  await goes("slow");
  expect(await held).toEqual({
    status: 200,
    data: { userByHandle: { todoStats: { slow: 7 } } },
  });
}, 30_000);

test("what is broken is said with file, line and hint, and goes live once it is corrected", async () => {
  const line = (path: string, words: string): number =>
    (good.get(path) ?? "").split("\n").findIndex((text) => text.includes(words)) + 1;
  const stats = line(schema, "type TodoStats {") + 1;
  const cases: readonly (readonly [string, (text: string) => string, string])[] = [
    [
      schema,
      withField("wrong: Int!!"),
      `${schema}:${stats}: Syntax Error: Expected Name, found "!"`,
    ],
    [
      schema,
      (text) => text.replace('type User @key(fields: "id") {', "$&\n  handle: Int"),
      "FIELD_TYPE_MISMATCH",
    ],
    [
      resolvers,
      (text) => text.replace("Query: {", "Query: {{"),
      `${resolvers}:${line(resolvers, "  Query: {")}: `,
    ],
    [
      resolvers,
      (text) => text.replace("export const", 'throw new Error("not today");\nexport const'),
      `${resolvers}:${line(resolvers, "export const")}: not today. What to do: `,
    ],
  ];
  for (const [path, change, words] of cases) {
    const said = listen();
    await save({ [path]: change });
    await said("not live, the last good graph is still served:");
    await said(words);
    await said("What to do: ");
    expect((await client.data("{ lists { totalCount } }")).lists.totalCount).toBe(40);
    await save({ [path]: same });
    await said("todos: live");
  }
}, 40_000);

test("a deleted file that is still imported is named with who imports it", async () => {
  const path = "subgraphs/todos/model/user.ts";
  const file = join(copy.root, path);
  const text = await readFile(file, "utf8");
  // For a process that warms up meanwhile, it may be on the list of files and not be there.
  const listed = join(copy.root, "dist/subgraphs/todos/model/listed.js");
  await symlink("gone.js", listed);
  const said = listen();
  try {
    await rm(file);
    await said("todos: not live");
    await said(`cannot find module ${path}. What to do: correct the path of the import, or save`);
  } finally {
    await writeFile(file, text);
    await rm(listed);
  }
  await said("todos: live");
}, 30_000);

test("a start that hangs is said to, and ends with the next save, which goes live", async () => {
  const said = listen();
  const hanging = "await new Promise((resolve) => setTimeout(resolve, 1e9));\n";
  await save({ [resolvers]: (text) => hanging + text });
  await said("todos: not ready 2 s after its start; what ran before answers meanwhile");
  expect((await client.data("{ lists { totalCount } }")).lists.totalCount).toBe(40);
  await save({ [resolvers]: withResolver("open: () => 5") });
  await said("todos was not ready 2.");
  await said("What to do: look for what main.ts and what it imports wait for");
  await becomes({ open: 5 });
}, 30_000);

test("a graph that the gateway refuses is said to be refused, and is not asked for", async () => {
  const said = listen();
  const policies = (text: string): string =>
    text
      .replace('"@key"', '"@key", "@policy"')
      .replace("type TodoStats {", '$&\n  secret: Int @policy(policies: [["x"]])\n');
  await save({ [schema]: policies });
  await said("todos: not live, the last good graph is still served:");
  await said("The gateway refuses this graph, although it composes; its line above says why. What");
  await goes("secret");
  await save({ [schema]: withField("open2: Int") });
  await becomes({ open2: null });
}, 30_000);

test("a change of supergraph.yaml is live at once, and a wrong one is said with its line", async () => {
  const said = listen();
  const entry = `  notes:
    routing_url: http://127.0.0.1:1/graphql
    schema:
      sdl: 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"]) type Query { notes: Int }'
`;
  const lineOfEntry = (good.get(supergraph) ?? "").split("\n").length;
  await save({ [supergraph]: (text) => `${text}${entry}` });
  await said("supergraph.yaml: live");
  await soon(async () =>
    expect(await client.codes("{ notes }")).toEqual(["SUBGRAPH_UNAVAILABLE notes"]),
  );
  await save({ [supergraph]: (text) => `${text}${entry}    colour: red\n` });
  await said(`supergraph.yaml:${lineOfEntry + 4}: unknown key \`colour\` in subgraph notes`);
  await said("What to do: correct it there.");
  await save({ [supergraph]: same });
  await soon(async () =>
    expect(await client.codes("{ notes }")).toEqual(["GRAPHQL_VALIDATION_FAILED"]),
  );
}, 30_000);

test("a subgraph stays on its port, and its author asks it alone through the gateway", async () => {
  const port = `http://127.0.0.1:${dev.ports["todos"]}`;
  const said = listen();
  await save({ [resolvers]: withResolver("total: () => 99") });
  await said("todos: live");
  expect((await fetch(`${port}/readyz`)).status).toBe(200);
  expect((await createClient(`${port}/graphql`).send("{ lists { totalCount } }")).status).toBe(401);

  const input = '{ email: "ada@example.com", password: "correct-horse-battery" }';
  const { signIn } = await client.data(
    `mutation { signIn(input: ${input}) { accessToken user { id } } }`,
  );
  const alone = createClient(`${dev.url}/subgraphs/todos/graphql`, signIn.accessToken);
  const document = `query ($representations: [_Any!]!) {
    _entities(representations: $representations) { ... on User { todoStats { total } } }
    lists(first: 1) { edges { node { viewerRole } } }
  }`;
  const representations = [{ __typename: "User", id: signIn.user.id }];
  const { _entities, lists } = await alone.data(document, { representations });
  expect(_entities).toEqual([{ todoStats: { total: 99 } }]);
  expect(lists.edges[0].node.viewerRole).not.toBeNull();
}, 30_000);
