import { beforeEach, expect, test } from "@jest/globals";
import { createLog } from "./log.ts";
import { createRedisOutage, type RedisOutage } from "./redis-outage.ts";

const begins = "Redis fails, and is done without";
const ends = "Redis works again";
const fault = new Error("no answer");

let told: string[];
let outage: RedisOutage;

beforeEach(() => {
  told = [];
  const write = (line: string): void => void told.push(JSON.parse(line).msg);
  outage = createRedisOutage(createLog("test", "info", { write }));
});

test("R62 an outage is told once, whoever sees it and how often, and so is its end", () => {
  const connections = ["reads", "writes", "stream"].map(outage.connection);
  const asker = outage.asker("drops");
  for (let time = 0; time < 3; time++) {
    for (const one of [asker, ...connections]) one.failed(fault);
  }
  expect(told).toEqual([begins]);
  expect(outage.lasts()).toBe(true);
  asker.works();
  for (const one of connections) one.works();
  expect(told).toEqual([begins, ends]);
  expect(outage.lasts()).toBe(false);
  connections[0]?.failed(fault);
  expect(told).toEqual([begins, ends, begins]);
});

test("R62 it lasts until all that was seen to fail is seen to work", () => {
  const [looks, fills] = [outage.asker("looks"), outage.asker("fills")];
  fills.failed(fault);
  looks.failed(fault);
  looks.works();
  looks.failed(fault);
  looks.works();
  expect(told).toEqual([begins]);
  fills.works();
  expect(told).toEqual([begins, ends]);
});

test("R62 it is over with the last connection that comes back, even if nobody asks any more", () => {
  const [one, other] = [outage.connection("one"), outage.connection("other")];
  const asker = outage.asker("looks");
  for (const witness of [asker, one, other]) witness.failed(fault);
  one.works();
  expect(outage.lasts()).toBe(true);
  other.works();
  expect(told).toEqual([begins, ends]);
  asker.works();
  expect(told).toEqual([begins, ends]);
});
