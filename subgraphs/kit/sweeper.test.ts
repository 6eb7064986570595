import { expect, test } from "@jest/globals";
import { createLog } from "../../runtime/log.ts";
import { until } from "../../tests/harness/until.ts";
import { createSweeper } from "./sweeper.ts";

const log = createLog("test", "silent");

test("what is left is swept soon, what comes later at the next sweep, also after one that failed", async () => {
  const removed = [3, 3, 1, new Error("the database is away"), 0, 0];
  const calls: number[] = [];
  const sweeper = createSweeper({
    name: "sweeper",
    log,
    most: 3,
    every: 100,
    pause: 1,
    async sweep(most) {
      expect(most).toBe(3);
      calls.push(performance.now());
      const next = removed[calls.length - 1] ?? 0;
      if (next instanceof Error) throw next;
      return next;
    },
  });
  const started = performance.now();
  await sweeper.start();
  await until(async () => calls.length >= 5);
  await sweeper.stop();
  const waits = calls.map((at, index) => at - (calls[index - 1] ?? started));
  const isLong = waits.slice(0, 5).map((wait) => wait > 45);
  expect(isLong).toEqual([true, false, false, true, true]);
});

test("a stop waits for the sweep that is under way, and none follows", async () => {
  let begun = 0;
  let finish = (): void => {};
  const sweeper = createSweeper({
    name: "sweeper",
    log,
    most: 1,
    every: 1,
    pause: 1,
    sweep: () =>
      new Promise((resolve) => {
        begun += 1;
        finish = () => resolve(1);
      }),
  });
  await sweeper.start();
  await until(async () => begun === 1);
  let stopped = false;
  const stopping = sweeper.stop().then(() => {
    stopped = true;
  });
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(stopped).toBe(false);
  finish();
  await stopping;
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(begun).toBe(1);
});
