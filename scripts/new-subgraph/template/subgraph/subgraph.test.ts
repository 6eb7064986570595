import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { systemClock } from "../../runtime/clock.ts";
import type { Viewer } from "../../runtime/identity.ts";
import { createLog } from "../../runtime/log.ts";
import { createTestDatabase, type TestDatabase } from "../../tests/harness/databases.ts";
import { createRecorder } from "../../tests/harness/recorder.ts";
import {
  createSignedClient,
  type SignedClient,
  signingKey,
} from "../../tests/harness/signed-client.ts";
import { envToConfig } from "./config.ts";
import { createThingsSubgraph, type ThingsSubgraph } from "./subgraph.ts";

const ada: Viewer = { kind: "user", id: randomUUID(), role: "USER", session: "a session" };
const statements = createRecorder();
let database: TestDatabase;
let subgraph: ThingsSubgraph;
let client: SignedClient;

beforeAll(async () => {
  database = await createTestDatabase("things");
  const config = envToConfig({
    THINGS_PORT: "0",
    THINGS_DATABASE_URL: database.url,
    GATEWAY_SIGNING_KEY: signingKey,
  });
  const onStatement = statements.hear("things");
  subgraph = createThingsSubgraph(config, { log: createLog("test", "silent"), onStatement });
  await subgraph.start();
  client = createSignedClient(`${subgraph.url()}/graphql`, systemClock);
});

afterAll(async () => {
  await subgraph.stop();
  await database.drop();
});

const create = `mutation ($input: CreateThingInput!) {
  created: createThing(input: $input) { thing { id title owner { id } createdAt } }
}`;

async function created(title: string): Promise<Readonly<Record<string, unknown>>> {
  const answer = await client.send(create, { input: { title } }, ada);
  return answer.data?.created.thing;
}

test("what one viewer makes, anyone reads", async () => {
  const made = await created("The first");
  expect(made).toMatchObject({ title: "The first", owner: { id: ada.kind === "user" && ada.id } });
  const read = "query ($id: ID!) { thing(id: $id) { title createdAt } }";
  const { title, createdAt } = made;
  expect(await client.send(read, { id: made["id"] })).toEqual({
    status: 200,
    data: { thing: { title, createdAt } },
  });
  expect((await client.send(read, { id: randomUUID() })).data).toEqual({ thing: null });
});

test("things are walked page by page, the newest first", async () => {
  for (const title of ["one", "two", "three"]) await created(title);
  const document = `query ($after: String) { things(first: 2, after: $after) {
    edges { node { title } } pageInfo { hasNextPage endCursor } totalCount
  } }`;
  const first = (await client.data(document)).things;
  expect(first.edges.map(({ node }: { node: { title: string } }) => node.title)).toEqual([
    "three",
    "two",
  ]);
  expect(first.pageInfo.hasNextPage).toBe(true);
  const second = (await client.data(document, { after: first.pageInfo.endCursor })).things;
  expect(second.edges[0].node.title).toBe("one");
  expect(second.totalCount).toBe(first.totalCount);
  expect(await client.codes("{ things(first: 0) { totalCount } }")).toEqual([
    "BAD_USER_INPUT things",
  ]);
});

test("the anonymous make none, and a title is one line", async () => {
  const anonymous = await client.send(create, { input: { title: "Mine" } });
  expect(anonymous.errors?.[0]?.extensions.code).toBe("UNAUTHENTICATED");
  const wrong = await client.send(create, { input: { title: " \n " } }, ada);
  expect(wrong.errors?.[0]?.extensions).toMatchObject({
    code: "BAD_USER_INPUT",
    argument: "input.title",
  });
});

test("any number of references is one statement that reads what is selected", async () => {
  const ids = await Promise.all(["a", "b", "c"].map(async (title) => (await created(title))["id"]));
  const representations = ids.map((id) => ({ __typename: "Thing", id }));
  const document = `query ($representations: [_Any!]!) {
    _entities(representations: $representations) { ... on Thing { title } }
  }`;
  const sent = await statements.during(async () => {
    const { data } = await client.send(document, { representations });
    expect(data).toEqual({ _entities: [{ title: "a" }, { title: "b" }, { title: "c" }] });
  });
  expect(sent).toHaveLength(1);
  expect(sent[0]?.text).not.toContain("created_at");
});
