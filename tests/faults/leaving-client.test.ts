import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { answerJson, createHttpDouble, type HttpDouble } from "../harness/http-double.ts";
import {
  createLibrary,
  eventually,
  loansSdl,
  type StartedGateway,
  startGateway,
} from "../harness/library.ts";

/** A subgraph that is asked first, for as long as the test wants, and one that is asked after it. */
let first: HttpDouble;
let second: HttpDouble;
let library: Awaited<ReturnType<typeof createLibrary>>;
let closed = 0;
let answerFirst = (): void => {};

beforeAll(async () => {
  library = await createLibrary();
  first = await createHttpDouble((_heard, response) => {
    response.on("close", () => {
      closed += 1;
    });
    answerFirst = () =>
      answerJson(response, { data: { books: [{ __typename: "Book", id: "1" }] } });
  });
  second = await createHttpDouble((_heard, response) =>
    answerJson(response, { data: { _entities: [{ dueInDays: 1 }] } }),
  );
});

beforeEach(() => {
  first.heard.length = 0;
  second.heard.length = 0;
  closed = 0;
});

afterAll(() => Promise.all([first, second, library.books, library.loans].map((it) => it.stop())));

describe.each(["on", "off"])("with SHARE_WORK=%s", (shareWork) => {
  let one: StartedGateway;

  beforeAll(async () => {
    one = await startGateway(
      [
        { ...library.books, url: first.url },
        { name: "loans", sdl: loansSdl, url: second.url },
      ],
      { SHARE_WORK: shareWork, SUBGRAPH_TIMEOUT_MS: "30000" },
    );
  });

  afterAll(() => one.stop());

  function ask(signal?: AbortSignal): Promise<unknown> {
    const answer = fetch(`${one.url}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ query: "{ books { dueInDays } }" }),
      ...(signal && { signal }),
    }).then((response) => response.json());
    answer.catch(() => {});
    return answer;
  }

  const goodAnswer = { data: { books: [{ dueInDays: 1 }] } };

  test("R56 the call that a client waits for is ended when it leaves, and none is made after it", async () => {
    const leaving = new AbortController();
    void ask(leaving.signal);
    await eventually(async () => expect(first.heard).toHaveLength(1));
    leaving.abort();
    await eventually(async () => expect(closed).toBe(1));
    answerFirst();
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(second.heard).toHaveLength(0);
    const metrics = await (await fetch(`${one.url}/metrics`)).text();
    expect(metrics).toContain('subgraph="books",outcome="CLIENT_CLOSED_REQUEST"} 1');
  });

  test("R56 it leaves nothing behind: the same request is answered after it", async () => {
    const leaving = new AbortController();
    void ask(leaving.signal);
    await eventually(async () => expect(first.heard).toHaveLength(1));
    const staying = ask();
    leaving.abort();
    await eventually(async () => expect(first.heard).toHaveLength(2));
    answerFirst();
    expect(await staying).toEqual(goodAnswer);
  });

  test("R56 of two who gathered for one piece of work, one may leave; when both have left, it ends", async () => {
    const before = ask();
    await eventually(async () => expect(first.heard).toHaveLength(1));
    const answerBefore = answerFirst;
    const leaving = [new AbortController(), new AbortController()];
    for (const { signal } of leaving) void ask(signal);
    const expected = shareWork === "on" ? 1 : 2;
    await new Promise((resolve) => setTimeout(resolve, 100));
    answerBefore();
    expect(await before).toEqual(goodAnswer);
    await eventually(async () => expect(first.heard).toHaveLength(1 + expected));
    const endedBefore = closed;
    leaving[0]?.abort();
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(closed - endedBefore).toBe(expected - 1);
    leaving[1]?.abort();
    await eventually(async () => expect(closed - endedBefore).toBe(expected));
  });
});
