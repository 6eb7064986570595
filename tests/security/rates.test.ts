import { afterEach, expect, test } from "@jest/globals";
import { createClient } from "../harness/client.ts";
import { type Graph, startGraph } from "../harness/graph.ts";
import { createLibrary, startGateway } from "../harness/library.ts";
import { type Sent, sendJson } from "../harness/send.ts";

let stop: () => Promise<void> = async () => {};

afterEach(() => stop());

async function start(env: Readonly<Record<string, string>>): Promise<Graph> {
  const graph = await startGraph({ data: "empty", env });
  stop = graph.stop;
  return graph;
}

const password = "correct-horse-battery";
const signIns = (count: number, email: string, given: string): string =>
  `mutation { ${Array.from(
    { length: count },
    (_, index) =>
      `a${index}: signIn(input: { email: "${email}", password: "${given}" }) { expiresAt }`,
  ).join(" ")} }`;

test("S13 of 100 aliases of signIn five run, then none for a minute, and only for that client", async () => {
  const graph = await start({ TRUST_PROXY: "1" });
  await graph.signUp("ada");
  const ask = (document: string, address: string) =>
    createClient(graph.url).send(document, {}, { "x-forwarded-for": address });
  const statements = await graph.statements.during(async () => {
    const answer = await ask(signIns(100, "ada@example.com", password), "203.0.113.7");
    expect(answer.errors?.[0]?.extensions).toMatchObject({ code: "RATE_LIMITED", maximum: 5 });
  });
  const attempts = statements.filter(({ text }) => /^SELECT.*password_?hash/is.test(text));
  expect(attempts).toHaveLength(5);

  for (let attempt = 0; attempt < 5; attempt += 1) {
    const { errors } = await ask(signIns(100, "ada@example.com", "wrong"), "198.51.100.1");
    expect(errors?.[0]?.extensions.code).toBe("INVALID_CREDENTIALS");
  }
  const last = await ask(signIns(1, "ada@example.com", password), "198.51.100.1");
  expect(last.errors?.[0]?.extensions).toMatchObject({
    code: "RATE_LIMITED",
    service: "users",
    limit: "attempts",
    retryAfter: expect.any(Number),
  });
  const owner = await ask(signIns(1, "ada@example.com", password), "203.0.113.7");
  expect(owner.errors).toBeUndefined();
});

test("S13 what a client claims of its address does not help it, when no proxy is trusted", async () => {
  const graph = await start({});
  await graph.signUp("ada");
  const codes = [];
  for (let attempt = 0; attempt < 6; attempt += 1) {
    const claimed = { "x-forwarded-for": `203.0.113.${attempt}` };
    const document = signIns(1, "ada@example.com", "wrong");
    const { errors } = await createClient(graph.url).send(document, {}, claimed);
    codes.push(errors?.[0]?.extensions.code);
  }
  expect(codes.slice(4)).toEqual(["INVALID_CREDENTIALS", "RATE_LIMITED"]);
});

test("a client that asks too often gets 429 and is told when to come again; others are served", async () => {
  const { books, loans } = await createLibrary();
  const gateway = await startGateway([books, loans], {
    RATE_LIMIT_POINTS: "3",
    TRUST_PROXY: "1",
    OPERATION_COST: "off",
  });
  stop = async () => {
    await gateway.stop();
    await Promise.all([books.stop(), loans.stop()]);
  };
  const ask = (address: string): Promise<Sent> =>
    sendJson(gateway.url, { query: "{ loanCount }" }, { "x-forwarded-for": address });
  const limited = [];
  while (limited.length === 0) {
    const answer = await ask("2001:db8::1");
    expect(answer.headers["ratelimit-policy"]).toBe('"default";q=3;w=60');
    if (answer.status !== 200) limited.push(answer);
  }
  const [refused] = limited;
  expect(refused?.status).toBe(429);
  expect(Number(refused?.headers["retry-after"])).toBeGreaterThan(0);
  expect(Number(refused?.headers["retry-after"])).toBeLessThanOrEqual(60);
  expect(refused?.headers["ratelimit"]).toMatch(/^"default";r=0;t=\d+$/);
  expect(JSON.parse(refused?.body ?? "").errors[0].extensions).toEqual({
    code: "RATE_LIMITED",
    limit: "rate",
    maximum: 3,
    retryAfter: expect.any(Number),
  });
  // The other end of the same network is the same client.
  expect((await ask("2001:db8::2")).status).toBe(429);
  expect((await ask("2001:db8:1::1")).status).toBe(200);
});
