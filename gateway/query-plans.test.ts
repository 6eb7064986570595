import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { createLibrary, type StartedGateway, startGateway } from "../tests/harness/library.ts";

const header = "apollo-query-plan-experimental";
const document = "query Q { books { title dueInDays } loanCount }";

let library: Awaited<ReturnType<typeof createLibrary>>;

beforeAll(async () => {
  library = await createLibrary();
});

afterAll(() => Promise.all([library.books.stop(), library.loans.stop()]));

const start = (env: Readonly<Record<string, string>>): Promise<StartedGateway> =>
  startGateway([library.books, library.loans], env);

describe.each(["compiled", "apollo"])("GATEWAY_ENGINE=%s in development", (engine) => {
  let one: StartedGateway;

  beforeAll(async () => {
    one = await start({ GATEWAY_ENGINE: engine });
  });

  afterAll(() => one.stop());

  test("the plan of an operation is shown beside its answer to tools that ask for it, as text", async () => {
    const { data, extensions } = await one.client.send(document, {}, { [header]: "1" });
    expect(data).toMatchObject({ loanCount: 3, books: [{ dueInDays: 7 }, {}, {}] });
    const plan = String(extensions?.["__queryPlanExperimental"]);
    expect(plan).toMatch(/^QueryPlan \{\s+Parallel \{/);
    expect(plan).toContain('Fetch(service: "books")');
    expect(plan).toContain('Flatten(path: "books.@")');
  });

  test("it is shown as the planner's own form too", async () => {
    const headers = { [header]: "1", [`${header}-format`]: "internal" };
    const { extensions } = await one.client.send(document, {}, headers);
    expect(extensions?.["__queryPlanExperimental"]).toMatchObject({
      kind: "QueryPlan",
      node: { kind: "Parallel" },
    });
  });

  test("who does not ask for it gets none", async () => {
    expect((await one.client.send(document)).extensions).toBeUndefined();
  });
});

test("mutations that are planned one by one are shown in their order", async () => {
  const one = await start({});
  const mutations = "mutation { a: lend(id: 1) { dueInDays } b: lend(id: 2) { title } }";
  const { extensions } = await one.client.send(mutations, {}, { [header]: "1" });
  const plan = String(extensions?.["__queryPlanExperimental"]);
  expect(plan).toMatch(/^QueryPlan \{\s+Sequence \{/);
  expect(plan.match(/Fetch\(service: "books"\)/g)).toHaveLength(2);
  await one.stop();
});

test("production shows no plans, and plans nothing anew for who asks", async () => {
  const one = await start({ NODE_ENV: "production" });
  await one.client.data(document);
  const answer = await one.client.send(document, {}, { [header]: "1" });
  expect(answer.extensions).toBeUndefined();
  const metrics = await (await fetch(`${one.url}/metrics`)).text();
  expect(metrics).toContain("gateway_planning_duration_seconds_count 1\n");
  await one.stop();
});
