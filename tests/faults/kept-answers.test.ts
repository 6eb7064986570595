import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { systemClock } from "../../runtime/clock.ts";
import { type DroppingService, startDroppingService } from "../harness/dropping-service.ts";
import {
  type KeptLibrary,
  type LibraryBehaviour,
  startKeptLibrary,
} from "../harness/kept-library.ts";
import { eventually } from "../harness/library.ts";
import { startRedis, type TestRedis } from "../harness/redis.ts";
import { askerOf, signingKey } from "../harness/signed-client.ts";
import { withRedis } from "../harness/with-redis.ts";

withRedis("answers that are kept at the gateway", () => {
  let redis: TestRedis;
  let service: DroppingService;
  let library: KeptLibrary;
  const behaviour: LibraryBehaviour = {
    heard: () => service.heard(),
    title: (id) => `${titles} ${id}`,
    pause: () => undefined,
    errors: [],
  };
  const usual = { ...behaviour };
  let titles = "title";

  beforeAll(async () => {
    redis = await startRedis();
    service = await startDroppingService(redis.url, "books");
    library = await startKeptLibrary(behaviour, {
      REDIS_URL: redis.url,
      STALE_ANSWER_SECONDS: "5",
      RATE_LIMIT_POINTS: "100000",
    });
    // The first answer tells where drops are told; from the first lease on, what is kept is served.
    await eventually(async () => {
      await send('{ book(id: "warm") { title } }');
      const before = library.calls.length;
      await send('{ book(id: "warm") { title } }');
      expect(library.calls).toHaveLength(before);
    });
  });

  beforeEach(async () => {
    await service.drop(
      "Book:1",
      "Book:2",
      "Book:3",
      "books",
      "Reader:ada",
      "Reader:bob",
      "Reader:",
    );
    library.calls.length = 0;
  });

  afterEach(async () => {
    Object.assign(behaviour, usual);
    titles = "title";
  });

  afterAll(async () => {
    await library.stop();
    await service.stop();
    await redis.stop();
  });

  async function send(
    query: string,
    headers: Readonly<Record<string, string>> = {},
    variables: unknown = {},
  ) {
    return library.gateway.client.send(query, variables, headers);
  }

  const as = async (user: string): Promise<Readonly<Record<string, string>>> => ({
    authorization: await library.issuer.authorization(user),
  });

  test("what is public is asked for once, without the viewer, whoever asks for it", async () => {
    const query = '{ book(id: "1") { title } }';
    for (const headers of [await as("ada"), await as("bob"), {}]) {
      expect((await send(query, headers)).data).toEqual({ book: { title: "title 1" } });
    }
    expect(library.calls).toHaveLength(1);
    const [call] = library.calls;
    expect(call && (await askerOf(call, systemClock, signingKey))?.viewer).toEqual({
      kind: "anonymous",
    });
    expect(call?.headers).not.toHaveProperty("authorization");
  });

  /** Answers that were found as a whole. */
  async function wholes(): Promise<number> {
    const text = await (await fetch(`${library.gateway.url}/metrics`)).text();
    const line = /gateway_kept_lookups_total\{level="answer",outcome="hit"\} (\d+)/.exec(text);
    return Number(line?.[1] ?? 0);
  }

  test("an answer is kept as a whole when it is asked for again, and found whatever else comes with its variables", async () => {
    const query = "query ($id: ID!) { book(id: $id) { title } }";
    const before = await wholes();
    const variables = [{ id: "1" }, { more: 1, id: "1" }, { id: "1", more: 2 }];
    const found: number[] = [];
    for (const one of variables) {
      expect((await send(query, {}, one)).data).toEqual({ book: { title: "title 1" } });
      found.push((await wholes()) - before);
    }
    expect(found).toEqual([0, 0, 1]);
    expect(library.calls).toHaveLength(1);
    expect((await send(query, {}, { id: "2" })).data).toEqual({ book: { title: "title 2" } });
    expect(library.calls).toHaveLength(2);
  });

  test("R36 what nobody declared is asked for each time, with the viewer, and nobody gets another's", async () => {
    const query = '{ secret book(id: "1") { borrower } }';
    const [one, other, nobody] = [
      await send(query, await as("ada")),
      await send(query, await as("bob")),
      await send(query),
    ];
    expect(new Set([one, other, nobody].map(({ data }) => data.secret)).size).toBe(3);
    expect(new Set([one, other, nobody].map(({ data }) => data.book.borrower)).size).toBe(3);
    expect(library.calls).toHaveLength(3);
  });

  test("R36 what is declared to be a viewer's own is kept for each of them, sessions and anonymous requests apart", async () => {
    const query = "{ mine { id } }";
    const headers = [await as("ada"), await as("bob"), {}];
    const first = await Promise.all(headers.map((one) => send(query, one)));
    const again = await Promise.all(headers.map((one) => send(query, one)));
    expect(again.map(({ data }) => data)).toEqual(first.map(({ data }) => data));
    expect(new Set(first.map(({ data }) => data.mine.id)).size).toBe(3);
    expect(library.calls).toHaveLength(3);
    const otherSession = { authorization: await library.issuer.authorization("ada", "s2") };
    expect((await send(query, otherSession)).data).not.toEqual(first[0]?.data);
    await service.drop("Reader:ada");
    expect((await send(query, headers[0])).data).not.toEqual(first[0]?.data);
    expect((await send(query, headers[1])).data).toEqual(first[1]?.data);
  });

  test("R36 of an entity only what is public is shared; its other fields are read for each viewer", async () => {
    const query = "{ shelf { id title borrower } }";
    const one = await send(query, await as("ada"));
    const other = await send(query, await as("bob"));
    expect(one.data.shelf[0].borrower).not.toBe(other.data.shelf[0].borrower);
  });

  test("public entities are asked for once each, also below what is private", async () => {
    await send('{ book(id: "2") { title } }');
    expect((await send("{ shelf { id title } }")).data.shelf).toHaveLength(3);
    expect(library.calls).toHaveLength(2);
    await service.drop("Book:2");
    titles = "new";
    expect((await send("{ shelf { id title } }")).data.shelf).toEqual([
      { id: "1", title: "title 1" },
      { id: "2", title: "new 2" },
      { id: "3", title: "title 3" },
    ]);
    expect(JSON.parse(library.calls.at(-1)?.body ?? "").variables.representations).toEqual([
      { __typename: "Book", id: "2" },
    ]);
  });

  test("R37 a drop takes with it what it is about before its write is answered, in any spelling, and nothing else", async () => {
    const spelled = ['{ book(id: "abc") { title } }', '{ book(id: " ABC ") { title } }'];
    for (const query of [...spelled, '{ book(id: "2") { title } }', "{ books { title } }"])
      await send(query);
    library.calls.length = 0;
    titles = "new";
    expect(await service.drop("Book:abc")).toBe(true);
    expect((await send(spelled[0] ?? "")).data).toEqual({ book: { title: "new abc" } });
    expect((await send(spelled[1] ?? "")).data).toEqual({ book: { title: "new  ABC " } });
    await send('{ book(id: "2") { title } }');
    await send("{ books { title } }");
    expect(library.calls).toHaveLength(2);
  });

  test("R37 an answer that was read before a drop is not kept after it", async () => {
    let letGo = (): void => undefined;
    behaviour.pause = () =>
      new Promise((resolve) => {
        letGo = resolve;
      });
    const slow = send('{ book(id: "1") { title } }');
    await eventually(async () => expect(library.calls).toHaveLength(1));
    behaviour.pause = usual.pause;
    titles = "new";
    expect(await service.drop("Book:1")).toBe(true);
    letGo();
    expect((await slow).data).toEqual({ book: { title: "title 1" } });
    expect((await send('{ book(id: "1") { title } }')).data).toEqual({ book: { title: "new 1" } });
  });

  test.each([
    ["no header", () => undefined],
    ["another epoch", () => service.heard().replace(/ \S+ /, " other ")],
    ["names of no form", () => `supergraph:books:x: e 1`],
    ["names of another run", () => service.heard().replace(/:[0-9a-f]{12}: /, ":000000000000: ")],
    ["a number that is none", () => service.heard().replace(/\d+$/, "-1")],
    ["an old position", () => service.heard().replace(/\d+$/, "0")],
  ])("R37 with %s nothing is kept", async (_, heard) => {
    behaviour.heard = heard;
    for (let time = 1; time <= 2; time++) {
      await send('{ book(id: "1") { title } }');
      expect(library.calls).toHaveLength(time);
    }
  });

  test("a subgraph that reads straight from its database is believed up to where the gateway had heard when it asked", async () => {
    behaviour.heard = () => `${service.position().at} * *`;
    await send('{ book(id: "1") { title } }');
    await send('{ book(id: "1") { title } }');
    expect(library.calls).toHaveLength(1);
    await service.drop("Book:1");
    behaviour.pause = async () => void (await service.drop("Book:1"));
    await send('{ book(id: "1") { title } }');
    behaviour.pause = usual.pause;
    await send('{ book(id: "1") { title } }');
    expect(library.calls).toHaveLength(3);
  });

  test("what no tag drops is not kept of a subgraph that drops by tags, and goes by time alone of any other", async () => {
    await send("{ untagged }");
    await send("{ untagged }");
    expect(library.calls).toHaveLength(2);
    const first = await send("{ news }");
    expect((await send("{ news }")).data).toEqual(first.data);
    await eventually(async () => expect((await send("{ news }")).data).not.toEqual(first.data));
  });

  test("what would make two tags of one is not kept", async () => {
    const query = "query ($id: ID!) { book(id: $id) { title } }";
    for (let time = 0; time < 3; time++) await send(query, {}, { id: "1\n2" });
    expect(library.calls).toHaveLength(3);
  });

  test("R38 an answer with an error is not kept, nor what the error may be about", async () => {
    behaviour.errors = [
      { message: "no", path: ["_entities", 1, "title"], extensions: { code: "NOT_FOUND" } },
    ];
    expect((await send("{ shelf { id title } }")).errors).toHaveLength(1);
    behaviour.errors = [];
    library.calls.length = 0;
    expect((await send("{ shelf { id title } }")).errors).toBeUndefined();
    expect(JSON.parse(library.calls[0]?.body ?? "").variables.representations).toMatchObject([
      { id: "2" },
    ]);
  });

  test("R63 when many ask for what nobody has kept, it is asked for once", async () => {
    behaviour.pause = () => new Promise((resolve) => setTimeout(resolve, 100));
    const all = await Promise.all(
      Array.from({ length: 50 }, async (_, index) =>
        send('{ book(id: "1") { title } }', index % 2 === 0 ? {} : await as("ada")),
      ),
    );
    expect(new Set(all.map(({ data }) => data.book.title))).toEqual(new Set(["title 1"]));
    expect(library.calls).toHaveLength(1);
  });

  describe("over HTTP", () => {
    const ask = (headers: Readonly<Record<string, string>> = {}, query = '{book(id:"1"){title}}') =>
      fetch(`${library.gateway.url}/graphql?query=${encodeURIComponent(query)}`, { headers });

    test("what is public may be stored by everyone, and says how old it is", async () => {
      await send('{book(id:"1"){title}}');
      await new Promise((resolve) => setTimeout(resolve, 1_100));
      const { headers } = await ask();
      expect(headers.get("cache-control")).toBe("public, max-age=60");
      expect(Number(headers.get("age"))).toBeGreaterThanOrEqual(1);
      expect(headers.get("vary")?.toLowerCase()).toMatch(/accept-encoding.*authorization/);
      // How much its first reader may ask for is nobody else's.
      expect(headers.get("ratelimit")).toBeNull();
    });

    test("R36 what was asked for with a token, and what is a viewer's own, may be stored by nobody else", async () => {
      const { headers } = await ask(await as("ada"));
      expect(headers.get("cache-control")).toBe("private, no-cache");
      expect(headers.get("ratelimit")).not.toBeNull();
      expect((await ask({}, "{mine{id}}")).headers.get("cache-control")).toBe("private, no-cache");
      expect((await ask({}, "{secret}")).headers.get("cache-control")).toBe("no-store");
    });

    test("who has an answer gets 304, in any encoding, until it changes", async () => {
      titles = "long title ".repeat(300);
      const plain = await ask({ "accept-encoding": "identity" });
      const packed = await ask({ "accept-encoding": "gzip" });
      const [one, other] = [plain, packed].map(({ headers }) => headers.get("etag") ?? "");
      expect(packed.headers.get("content-encoding")).toBe("gzip");
      expect(one).toMatch(/^"[\w-]+"$/);
      expect(other).toBe(`${one?.slice(0, -1)}-gzip"`);
      for (const etag of [one, other, `W/${one}`, `"else", ${other}`, "*"]) {
        const again = await ask({ "if-none-match": etag ?? "", "accept-encoding": "gzip" });
        expect([again.status, await again.text()]).toEqual([304, ""]);
        expect(again.headers.get("etag")).not.toBeNull();
        expect(again.headers.get("cache-control")).toBe("public, max-age=60");
      }
      await service.drop("Book:1");
      titles = "new";
      const changed = await ask({ "if-none-match": one ?? "" });
      expect(changed.status).toBe(200);
      expect(changed.headers.get("etag")).not.toBe(one);
    });

    test("R38 an answer with errors, a refusal and a POST are stored by nobody", async () => {
      behaviour.errors = [{ message: "no", extensions: { code: "NOT_FOUND" } }];
      for (const query of ['{book(id:"1"){title}}', "{nothing}", "{"]) {
        const { headers } = await ask({}, query);
        expect([headers.get("cache-control"), headers.get("etag")]).toEqual(["no-store", null]);
      }
      behaviour.errors = [];
      const body = JSON.stringify({ query: '{book(id:"2"){title}}' });
      const headers = { "content-type": "application/json" };
      const posted = await fetch(`${library.gateway.url}/graphql`, {
        method: "POST",
        headers,
        body,
      });
      expect(posted.headers.get("cache-control")).toBe("no-store");
    });
  });

  describe("with a subgraph that is down", () => {
    afterEach(async () => {
      await library.books.start();
      await eventually(async () =>
        expect((await send("{ books { title } }")).errors).toBeUndefined(),
      );
    });

    test("old copies answer and say so, what was dropped does not, and nobody stores it", async () => {
      await send("{ shelf { id title } }");
      await service.drop("Book:2");
      await library.books.stop();
      // With the service goes what says that nothing was missed: its copies are not served as if they were right.
      service.endWatermark();
      const titles = async () => {
        const { data, errors, extensions } = await send("{ shelf { id title } }");
        const failed = errors?.map(
          ({ extensions: { code }, path }) => `${code} ${path?.join(".")}`,
        );
        const stale = extensions?.["stale"] as readonly object[];
        return { titles: data.shelf.map(({ title }: { title: string }) => title), failed, stale };
      };
      await eventually(async () => {
        const part = { path: ["shelf"], service: "books", age: expect.any(Number) };
        expect(await titles()).toEqual({
          titles: ["title 1", null, "title 3"],
          failed: ["SUBGRAPH_UNAVAILABLE shelf.1"],
          stale: [part],
        });
      });
      const text = await (await fetch(`${library.gateway.url}/metrics`)).text();
      expect(text).toMatch(/gateway_stale_answers_total\{subgraph="books"\} [1-9]/);
      expect(text).toMatch(/gateway_kept_current\{service="books:0123456789ab"\} 0/);
    });

    test("an old copy stands in past its time, and not past the bound", async () => {
      await send("{ news }");
      await library.shelves.stop();
      await new Promise((resolve) => setTimeout(resolve, 1_100));
      const query = encodeURIComponent("{news}");
      const stale = await fetch(`${library.gateway.url}/graphql?query=${query}`);
      expect(stale.headers.get("cache-control")).toBe("no-store");
      expect(await stale.json()).toEqual({
        data: { news: expect.stringMatching(/^news/) },
        extensions: { stale: [{ path: [], service: "shelves", age: expect.any(Number) }] },
      });
      await eventually(async () => expect((await send("{ news }")).errors).toHaveLength(1), 150);
      await library.shelves.start();
    });
  });

  test("R62 with a Redis that does not answer, or is gone, nothing that is dropped by tags is served from memory, and nobody waits", async () => {
    const alone = await startKeptLibrary(behaviour, { REDIS_URL: redis.url });
    const ask = async (): Promise<number> => {
      const before = alone.calls.length;
      const began = performance.now();
      expect(
        (await alone.gateway.client.send('{ book(id: "1") { title } }')).errors,
      ).toBeUndefined();
      expect(performance.now() - began).toBeLessThan(500);
      return alone.calls.length - before;
    };
    behaviour.heard = () => heard;
    const own = await startDroppingService(redis.url, "alone");
    let heard = own.heard();
    await eventually(async () => expect(await ask()).toBe(0));
    redis.pause();
    await eventually(async () => expect(await ask()).toBe(1));
    expect(await ask()).toBe(1);
    redis.resume();
    await eventually(async () => expect(await ask()).toBe(0));
    await redis.kill();
    expect(await ask()).toBe(1);
    expect(await ask()).toBe(1);
    await redis.restart();
    await eventually(async () => {
      heard = own.heard();
      expect(await ask()).toBe(0);
    });
    await own.stop();
    await alone.stop();
  });

  test("with CACHE=off, and without REDIS_URL where tags drop, nothing is kept", async () => {
    for (const env of [{ CACHE: "off" }, {}]) {
      const other = await startKeptLibrary(behaviour, env);
      for (let time = 1; time <= 2; time++) {
        await other.gateway.client.send('{ book(id: "1") { title } }');
        expect(other.calls).toHaveLength(time);
      }
      await other.stop();
    }
  });
});
