import { expect, test } from "@jest/globals";
import { createSharedCalls, createSharedRuns, whileAnyWaits } from "./share-work.ts";

/** Work that ends when the test says so. */
interface Held {
  readonly members: number;
  readonly end: (result: string) => void;
  readonly fail: (error: Error) => void;
}

function createWork() {
  const began: Held[] = [];
  const work = (members: readonly unknown[]): Promise<string> =>
    new Promise((end, fail) => {
      began.push({ members: members.length, end, fail });
    });
  return { began, work };
}

const turn = (): Promise<void> => new Promise(setImmediate);

test("C40 who comes while a run is under way waits for the next one, together with all others", async () => {
  const { began, work } = createWork();
  const run = createSharedRuns<string>();
  const first = run("k", {}, work);
  const others = [run("k", {}, work), run("k", {}, work), run("k", {}, work)];
  expect(began).toHaveLength(1);
  began[0]?.end("early");
  expect(await first).toBe("early");
  await turn();
  expect(began.map(({ members }) => members)).toEqual([1, 3]);
  const late = run("k", {}, work);
  began[1]?.end("next");
  expect(await Promise.all(others)).toEqual(["next", "next", "next"]);
  await turn();
  began[2]?.end("last");
  expect(await late).toBe("last");
});

test("C40 another key is another run at once", () => {
  const { began, work } = createWork();
  const run = createSharedRuns<string>();
  void run("a", {}, work);
  void run("b", {}, work);
  expect(began).toHaveLength(2);
});

test("C41 a run that fails fails for its own members; those who wait for the next one are served by it", async () => {
  const { began, work } = createWork();
  const run = createSharedRuns<string>();
  const first = run("k", {}, work);
  const second = run("k", {}, work);
  began[0]?.fail(new Error("lost"));
  await expect(first).rejects.toThrow("lost");
  await turn();
  began[1]?.end("well");
  expect(await second).toBe("well");
  await turn();
  const third = run("k", {}, work);
  began[2]?.end("anew");
  expect(await third).toBe("anew");
});

test("R56 work goes on as long as one of its members is there", () => {
  const members = [{ signal: { aborted: false } }, { signal: { aborted: false } }];
  const signal = whileAnyWaits(members);
  (members[0] as { signal: { aborted: boolean } }).signal.aborted = true;
  expect(signal?.aborted).toBe(false);
  (members[1] as { signal: { aborted: boolean } }).signal.aborted = true;
  expect(signal?.aborted).toBe(true);
  expect(whileAnyWaits([{}, {}])?.aborted).toBe(false);
});

test("C40 a call is joined by requests that arrived before it began, and by no others", async () => {
  const { began, work } = createWork();
  const calls = createSharedCalls<string>();
  const make = (): Promise<string> => work([]);
  const [early, alsoEarly] = [calls.now(), calls.now()];
  const first = calls.call("k", early, {}, make);
  const late = calls.now();
  const joined = calls.call("k", alsoEarly, {}, make);
  const apart = calls.call("k", late, {}, make);
  expect(began).toHaveLength(2);
  began[0]?.end("one");
  began[1]?.end("two");
  expect(await Promise.all([first, joined, apart])).toEqual(["one", "one", "two"]);
  const after = calls.call("k", early, {}, make);
  expect(began).toHaveLength(3);
  began[2]?.end("three");
  expect(await after).toBe("three");
});

test("C41 a call that failed is joined by nobody after it", async () => {
  const { began, work } = createWork();
  const calls = createSharedCalls<string>();
  const arrived = calls.now();
  const first = calls.call("k", arrived, {}, () => work([]));
  const joined = calls.call("k", arrived, {}, () => work([]));
  began[0]?.fail(new Error("lost"));
  await expect(first).rejects.toThrow("lost");
  await expect(joined).rejects.toThrow("lost");
  const anew = calls.call("k", arrived, {}, () => work([]));
  began[1]?.end("well");
  expect(await anew).toBe("well");
});
