import { expect, test } from "@jest/globals";
import { createRateLimiter, type RateLimiter } from "../../runtime/rates.ts";
import { takeAhead } from "./take-ahead.ts";

function limiter(points: number, seconds = 60): RateLimiter & { readonly asked: () => number } {
  const rate = { name: "test", points, seconds };
  const inner = createRateLimiter(rate, { redis: undefined, replicas: 1, withoutRedis: "pass" });
  let asked = 0;
  return {
    ...inner,
    asked: () => asked,
    take(key, wanted) {
      asked += 1;
      return inner.take(key, wanted);
    },
  };
}

test("a key gets all its points and no more, and most of them at once", async () => {
  const counted = limiter(1_000);
  const points = takeAhead(counted);
  const lefts: number[] = [];
  let atOnce = 0;
  for (let request = 0; request < 500; request++) {
    const given = points.take("ada", 2);
    if (!(given instanceof Promise)) atOnce += 1;
    const { allowed, left } = await given;
    expect(allowed).toBe(true);
    lefts.push(left);
  }
  expect(lefts).toEqual(Array.from({ length: 500 }, (_, request) => 1_000 - 2 * (request + 1)));
  expect((await points.take("ada", 2)).allowed).toBe(false);
  expect((await points.take("grace", 2)).allowed).toBe(true);
  expect(atOnce).toBeGreaterThan(350);
  expect(counted.asked()).toBeLessThan(150);
});

test("many requests at once take a part ahead only once", async () => {
  const counted = limiter(1_000);
  const points = takeAhead(counted);
  await Promise.all(Array.from({ length: 50 }, () => points.take("ada", 1)));
  // 50 and ten ahead.
  expect((await counted.take("ada", 1)).left).toBe(1_000 - 61);
});

test("a limit of few points is counted one by one", async () => {
  const counted = limiter(3);
  const points = takeAhead(counted);
  const allowed: boolean[] = [];
  for (let request = 0; request < 4; request++) allowed.push((await points.take("ada", 1)).allowed);
  expect(allowed).toEqual([true, true, true, false]);
});

test("replicas that count together let a key have no more than its points, and little less", async () => {
  const shared = limiter(1_000);
  const replicas = [takeAhead(shared), takeAhead(shared)];
  let allowed = 0;
  for (let request = 0; request < 1_100; request++) {
    const taken = await replicas[request % 2]?.take("ada", 1);
    if (taken?.allowed) allowed += 1;
  }
  expect(allowed).toBeLessThanOrEqual(1_000);
  expect(allowed).toBeGreaterThanOrEqual(980);
});

test("with a new window all points are there again", async () => {
  const points = takeAhead(limiter(200, 1));
  expect((await points.take("ada", 200)).allowed).toBe(true);
  expect((await points.take("ada", 1)).allowed).toBe(false);
  await new Promise((resolve) => setTimeout(resolve, 1_050));
  expect(await points.take("ada", 1)).toMatchObject({ allowed: true, left: 199 });
});
