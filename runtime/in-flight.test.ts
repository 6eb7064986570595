import { getHeapSpaceStatistics, setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, test } from "@jest/globals";
import { InFlight } from "./in-flight.ts";

/** Bytes of the old generation that are in use, garbage included. */
function oldBytes(): number {
  return getHeapSpaceStatistics().find(({ space_name }) => space_name === "old_space")
    ?.space_used_size as number;
}

test("entries are found until they are taken out, however many come and go meanwhile", () => {
  const flights = new InFlight<number, string>();
  for (let number = 0; number < 10_000; number++) {
    flights.set(number, `flight ${number}`);
    if (number >= 600 && number % 7 !== 0) flights.delete(number - 600);
  }
  const left = Array.from({ length: 10_000 }, (_, number) => number).filter(
    (number) => number + 600 >= 10_000 || (number + 600) % 7 === 0,
  );
  expect(flights.size).toBe(left.length);
  expect([...flights.values()]).toEqual(left.map((number) => `flight ${number}`));
  expect(flights.get(left[0] as number)).toBe(`flight ${left[0]}`);
  expect(flights.delete(1)).toBe(false);
  expect(flights.get(1)).toBeUndefined();
});

test("what has come and gone is not kept by the tables that it was in", () => {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  const flights = new InFlight<number, readonly number[]>();
  for (let number = 0; number < 16; number++) flights.set(number, []);
  // Whatever table there is is old from now on.
  collect();
  const before = oldBytes();
  let most = 0;
  for (let number = 16; number < 60_000; number++) {
    flights.set(number, new Array<number>(250).fill(number));
    flights.delete(number - 16);
    if (number % 500 === 0) most = Math.max(most, oldBytes() - before);
  }
  // 120 MB have gone through it.
  expect(most).toBeLessThan(8_000_000);
});
