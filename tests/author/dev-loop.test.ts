import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { copyProject, type ProjectCopy } from "../../bench/copy-project.ts";
import { type DevProcess, startDev } from "../../bench/dev-process.ts";
import { type Answer, type Client, createClient } from "../harness/client.ts";
import { eventually } from "../harness/library.ts";
import { createRequestStream, type RequestStream } from "./request-stream.ts";

const schema = "subgraphs/todos/schema.graphql";
const resolvers = "subgraphs/todos/resolvers.ts";
let copy: ProjectCopy;
let dev: DevProcess;
let client: Client;
let stream: RequestStream;
const good = new Map<string, string>();

beforeAll(async () => {
  copy = await copyProject();
  dev = await startDev(copy.root);
  client = createClient(`${dev.url}/graphql`);
  for (const path of [schema, resolvers]) {
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
