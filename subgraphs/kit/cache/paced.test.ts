import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "@jest/globals";
import { createPaced } from "./paced.ts";

function createRecorder() {
  const rounds: number[][] = [];
  return { rounds, work: (some: readonly number[]) => void rounds.push([...some]) };
}

test("the first go at once, those who come meanwhile together, and after a quiet pause at once again", async () => {
  const { rounds, work } = createRecorder();
  const paced = createPaced(work, { pause: 30, most: 100 });
  paced([1, 2]);
  expect(rounds).toEqual([[1, 2]]);
  paced([3]);
  paced([4]);
  expect(rounds).toHaveLength(1);
  await sleep(50);
  expect(rounds).toEqual([
    [1, 2],
    [3, 4],
  ]);
  await sleep(80);
  paced([5]);
  expect(rounds).toEqual([[1, 2], [3, 4], [5]]);
});

test("as many as go at most do not wait, and none is lost or done twice", async () => {
  const { rounds, work } = createRecorder();
  const paced = createPaced(work, { pause: 20, most: 10 });
  for (let one = 0; one < 95; one++) paced([one]);
  expect(rounds.map((some) => some.length)).toEqual([1, 10, 10, 10, 10, 10, 10, 10, 10, 10]);
  await sleep(60);
  expect(rounds.flat()).toEqual(Array.from({ length: 95 }, (_, one) => one));
});
