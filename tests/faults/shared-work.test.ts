import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import { systemClock } from "../../runtime/clock.ts";
import { type Answer, codesOf } from "../harness/client.ts";
import {
  answerJson,
  createHttpDouble,
  type Heard,
  type HttpDouble,
} from "../harness/http-double.ts";
import { createIssuer, type Issuer } from "../harness/issuer.ts";
import { eventually, type StartedGateway, startGateway } from "../harness/library.ts";
import { askerOf } from "../harness/signed-client.ts";

const key = "a key of at least thirty-two characters for tests";
const sdl = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])
  type Query { count: Int asker: String item(id: ID!): Item }
  type Mutation { add: Int }
  type Item { id: ID! name: String }`;
const otherSdl = `type Query { other(id: ID!): String }`;

/** A subgraph whose reads see what is written when they arrive, and are answered when the test says so. */
let counter: HttpDouble;
let other: HttpDouble;
let issuer: Issuer;
let count = 0;
let calls: Heard[] = [];
let left = 0;
let hold: (() => Promise<void>) | undefined;
let fails = false;

beforeAll(async () => {
  issuer = await createIssuer();
  counter = await createHttpDouble(async (heard, response) => {
    const { query, variables = {} } = JSON.parse(heard.body);
    calls.push(heard);
    response.on("close", () => {
      if (!response.writableEnded) left += 1;
    });
    if (query.includes("mutation")) {
      count += 1;
      return answerJson(response, { data: { add: count } });
    }
    const viewer = (await askerOf(heard, systemClock, key))?.viewer;
    const who = viewer?.kind === "user" ? `${viewer.id}/${viewer.session}` : "nobody";
    const asker = `${who} in ${heard.headers["accept-language"] ?? "*"}`;
    const [id] = Object.values(variables);
    const data = { count, asker, item: { id, name: `item ${id}` } };
    const isLost = fails;
    await hold?.();
    if (isLost) return response.writeHead(500).end("<html>");
    const asked = Object.entries(data).filter(([name]) => query.includes(name));
    return answerJson(response, { data: Object.fromEntries(asked) });
  });
  other = await createHttpDouble((heard, response) =>
    answerJson(response, { data: { other: Object.values(JSON.parse(heard.body).variables)[0] } }),
  );
});

afterEach(() => {
  hold = undefined;
  fails = false;
});

afterAll(() => Promise.all([counter.stop(), other.stop(), issuer.stop()]));

/** Holds the next call of the counter, and only that one, until it is let go. */
function holdNext(): () => void {
  let letGo = (): void => {};
  const held = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  hold = () => {
    hold = undefined;
    return held;
  };
  return () => letGo();
}

describe.each(["on", "off"])("with SHARE_WORK=%s", (shareWork) => {
  let one: StartedGateway;
  const isOn = shareWork === "on";

  beforeAll(async () => {
    const subgraphs = [
      { name: "counter", sdl, url: counter.url },
      { name: "other", sdl: otherSdl, url: other.url },
    ];
    one = await startGateway(subgraphs, {
      SHARE_WORK: shareWork,
      GATEWAY_SIGNING_KEY: key,
      FORWARD_HEADERS: "accept-language",
      SUBGRAPH_TIMEOUT_MS: "10000",
      ...issuer.env,
    });
    // What follows is about work, not about planning.
    await one.client.data("{ count }");
    await one.client.data("query ($id: ID!, $o: ID!) { item(id: $id) { name } other(id: $o) }", {
      id: "0",
      o: "0",
    });
  });

  afterAll(() => one.stop());

  /** Sends, and has arrived when it resolves: the gateway reads requests of one connection in order. */
  async function arrives(
    document: string,
    variables: unknown = {},
    headers: Readonly<Record<string, string>> = {},
  ): Promise<{ readonly answer: Promise<Answer> }> {
    const answer = one.client.send(document, variables, headers);
    answer.catch(() => {});
    await new Promise((resolve) => setTimeout(resolve, 60));
    return { answer };
  }

  async function reset(): Promise<void> {
    calls = [];
    left = 0;
    count = 0;
  }

  test("C40 viewers, sessions, forwarded headers and variables that differ are never answered by one call", async () => {
    await reset();
    const release = holdNext();
    const [ada, adaElsewhere, bob] = await Promise.all([
      issuer.authorization("ada"),
      issuer.authorization("ada", "s2"),
      issuer.authorization("bob"),
    ]);
    const askers = [
      {},
      { "accept-language": "de" },
      { authorization: ada },
      { authorization: ada, "accept-language": "de" },
      { authorization: adaElsewhere },
      { authorization: bob },
    ] as Record<string, string>[];
    const answers = askers.map((headers) => one.client.send("{ asker }", {}, headers));
    await eventually(async () => expect(calls).toHaveLength(askers.length));
    release();
    const asked = await Promise.all(answers);
    expect(asked.map(({ data }) => data.asker)).toEqual([
      "nobody in *",
      "nobody in de",
      "ada/s1 in *",
      "ada/s1 in de",
      "ada/s2 in *",
      "bob/s1 in *",
    ]);
    await reset();
    const items = await Promise.all(
      ["1", "2", "3"].map((id) =>
        one.client.data("query ($id: ID!) { item(id: $id) { id name } }", { id }),
      ),
    );
    expect(items).toEqual(["1", "2", "3"].map((id) => ({ item: { id, name: `item ${id}` } })));
  });

  test("C40 a mutation is never shared, however many send the same one", async () => {
    await reset();
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => one.client.data("mutation { add }")),
    );
    expect(answers.map(({ add }) => add).sort((a, b) => a - b)).toEqual(
      Array.from({ length: 20 }, (_, index) => index + 1),
    );
    expect(calls).toHaveLength(20);
  });

  test("C40 a read sent after a mutation was answered sees it, also while the same read is in flight", async () => {
    await reset();
    const release = holdNext();
    const before = await arrives("{ count }");
    expect(await one.client.data("mutation { add }")).toEqual({ add: 1 });
    const after = [
      await arrives("{ count }"),
      await arrives("{ count }"),
      await arrives("{ count }"),
    ];
    release();
    expect((await before.answer).data).toEqual({ count: 0 });
    for (const { answer } of after) expect((await answer).data).toEqual({ count: 1 });
    // The three gathered while the first was under way.
    expect(calls.filter(({ body }) => !body.includes("mutation"))).toHaveLength(isOn ? 2 : 4);
  });

  test("C40 no more does a call that only looks the same from within another operation", async () => {
    await reset();
    const document = "query ($id: ID!, $o: ID!) { count item(id: $id) { name } other(id: $o) }";
    const ask = (o: string) => arrives(document, { id: "1", o });
    await (await ask("0")).answer;
    await reset();
    const release = holdNext();
    const before = await ask("1");
    await one.client.data("mutation { add }");
    const after = await ask("2");
    release();
    expect((await before.answer).data).toMatchObject({ count: 0, other: "1" });
    expect((await after.answer).data).toMatchObject({ count: 1, other: "2" });
  });

  test("C41 when the one that began leaves, those who wait are answered", async () => {
    await reset();
    const release = holdNext();
    const leaving = new AbortController();
    const first = fetch(`${one.url}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ query: "{ count }" }),
      signal: leaving.signal,
    });
    first.catch(() => {});
    await eventually(async () => expect(calls).toHaveLength(1));
    const waiting = [await arrives("{ count }"), await arrives("{ count }")];
    leaving.abort();
    for (const { answer } of waiting) {
      expect(await answer).toEqual({ status: 200, data: { count: 0 } });
    }
    // R56: nobody waits for the first call any more.
    await eventually(async () => expect(left).toBe(1));
    release();
  });

  test("C41 one of those who share leaves, and the others are answered", async () => {
    await reset();
    const release = holdNext();
    const before = await arrives("{ count }");
    const leaving = new AbortController();
    const leaver = fetch(`${one.url}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ query: "{ count }" }),
      signal: leaving.signal,
    });
    leaver.catch(() => {});
    await new Promise((resolve) => setTimeout(resolve, 60));
    const staying = await arrives("{ count }");
    leaving.abort();
    release();
    expect((await before.answer).data).toEqual({ count: 0 });
    expect(await staying.answer).toEqual({ status: 200, data: { count: 0 } });
  });

  test("C41 work that fails fails for those who share it, and for nobody after them", async () => {
    await reset();
    const release = holdNext();
    fails = true;
    const first = await arrives("{ count }");
    const gathered = [await arrives("{ count }"), await arrives("{ count }")];
    await new Promise((resolve) => setTimeout(resolve, 20));
    release();
    await first.answer;
    for (const { answer } of gathered) {
      expect(codesOf(await answer)).toEqual(["SUBGRAPH_INVALID_RESPONSE count"]);
    }
    fails = false;
    expect(await one.client.data("{ count }")).toEqual({ count: 0 });
  });

  test("C42 two hundred cold identical requests are planned once", async () => {
    const planned = async (): Promise<number> => {
      const text = await (await fetch(`${one.url}/metrics`)).text();
      return Number(/gateway_planning_duration_seconds_count (\d+)/.exec(text)?.[1]);
    };
    const before = await planned();
    const answers = await Promise.all(
      Array.from({ length: 200 }, () => one.client.data("query Cold { count asker }")),
    );
    expect(new Set(answers.map((data) => JSON.stringify(data))).size).toBe(1);
    expect((await planned()) - before).toBe(1);
  });
});
