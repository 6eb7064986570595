import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { createIssuer, type Issuer } from "../tests/harness/issuer.ts";
import { type StartedGateway, startGateway } from "../tests/harness/library.ts";
import { createTinySubgraph, type TinySubgraph } from "../tests/harness/tiny-subgraph.ts";

const link = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@override"])`;

let issuer: Issuer;
let subgraphs: readonly TinySubgraph[];
let one: StartedGateway;

beforeAll(async () => {
  issuer = await createIssuer();
  const answerBy = (name: string) => ({
    __resolveReference: ({ id }: { id: string }) => ({ id }),
    price: () => name,
    stock: () => name,
    weight: () => name,
  });
  subgraphs = await Promise.all([
    createTinySubgraph(
      "old",
      `${link}
      type Query { item: Item }
      type Item @key(fields: "id") { id: ID! price: String stock: String weight: String }`,
      { Query: { item: () => ({ id: "1" }) }, Item: answerBy("old") },
    ),
    createTinySubgraph(
      "young",
      `${link}
      type Item @key(fields: "id") {
        id: ID!
        price: String @override(from: "old", label: "percent(30)")
        stock: String @override(from: "old", label: "percent(70)")
        weight: String @override(from: "old", label: "percent(0)")
      }`,
      { Item: answerBy("young") },
    ),
  ]);
  one = await startGateway(subgraphs, issuer.env);
});

afterAll(async () => {
  await one.stop();
  await Promise.all([...subgraphs.map((subgraph) => subgraph.stop()), issuer.stop()]);
});

interface Item {
  readonly price: string;
  readonly stock: string;
  readonly weight: string;
}

async function ask(headers: Readonly<Record<string, string>>): Promise<Item> {
  const { data } = await one.client.send("{ item { price stock weight } }", {}, headers);
  return data.item;
}

const young = (items: readonly Item[], field: keyof Item): number =>
  items.filter((item) => item[field] === "young").length;

test("a label percent(x) is on for that share of the viewers, and who has a small one has the larger ones", async () => {
  const tokens = await Promise.all(
    Array.from({ length: 300 }, (_, index) => issuer.authorization(`viewer ${index}`)),
  );
  const items: Item[] = [];
  for (const authorization of tokens) items.push(await ask({ authorization }));
  expect(young(items, "price")).toBeGreaterThan(60);
  expect(young(items, "price")).toBeLessThan(120);
  expect(young(items, "stock")).toBeGreaterThan(180);
  expect(young(items, "stock")).toBeLessThan(240);
  expect(young(items, "weight")).toBe(0);
  for (const { price, stock } of items) expect([price, stock]).not.toEqual(["young", "old"]);
});

test("it stays on or off for one viewer, whatever their session, and changes by request for the anonymous", async () => {
  for (const user of ["ada", "bob", "eve"]) {
    const [first, ...others] = await Promise.all(
      ["s1", "s1", "s2"].map(async (session) =>
        ask({ authorization: await issuer.authorization(user, session) }),
      ),
    );
    for (const other of others) expect(other).toEqual(first);
  }
  const anonymous = await Promise.all(Array.from({ length: 60 }, () => ask({})));
  expect(young(anonymous, "stock")).toBeGreaterThan(20);
  expect(young(anonymous, "stock")).toBeLessThan(60);
});
