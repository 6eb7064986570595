import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "@jest/globals";
import { createSaveQueue } from "./save-queue.ts";

test("saves are taken one attempt after the other, and what failed is tried again with the next", async () => {
  const [here, there, gone] = ["/here", "/there", "/gone"];
  const attempts: (readonly string[])[] = [];
  const queue = createSaveQueue(async (files) => {
    attempts.push(files);
    await sleep(10);
    return attempts.length > 1;
  });
  queue.add([], 1);
  queue.add([here], 1);
  queue.add([there], 2);
  queue.add([gone], 3);
  while (attempts.length < 2) await sleep(5);
  await sleep(20);
  queue.add([there], 4);
  await queue.stop();
  queue.add([there], 5);
  expect(attempts).toEqual([[here], [here, there, gone], [there]]);
});
