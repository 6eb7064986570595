import { expect, test } from "@jest/globals";
import { createRateLimiter } from "../../runtime/rates.ts";
import type { Answer, Handle, Viewer } from "../request.ts";
import { limitRate } from "./limit-rate.ts";
import { type PointsAhead, takeAhead } from "./take-ahead.ts";

const ada: Viewer = { kind: "user", id: "ada", role: "USER", session: "s" };

function limiter(points: number): PointsAhead {
  const rate = { name: "test", points, seconds: 60 };
  const options = { redis: undefined, replicas: 1, withoutRedis: "pass" } as const;
  return takeAhead(createRateLimiter(rate, options));
}

/** Asks through the limit; every operation costs as much. */
function createAsk(points: number, cost?: () => number) {
  let answered = 0;
  const handle: Handle = async () => {
    answered += 1;
    return { status: 200, headers: new Map([["x-other", "1"]]), body: "{}", cost };
  };
  const limited = limitRate(limiter(points))(handle);
  const ask = (viewer: Viewer, address: string): Promise<Answer> =>
    limited({ id: "r", method: "POST", headers: {}, search: "", body: {}, viewer, address });
  return { ask, answered: () => answered };
}

const refused = { extensions: { code: "RATE_LIMITED", limit: "rate", maximum: 2 } };

test("a viewer has so many requests wherever they are, and is told how many are left", async () => {
  const { answered, ask } = createAsk(2);
  const { headers } = await ask(ada, "203.0.113.7");
  expect(headers.get("ratelimit-policy")).toBe('"default";q=2;w=60');
  expect(headers.get("ratelimit")).toBe('"default";r=1;t=60');
  expect(headers.get("x-other")).toBe("1");
  await ask(ada, "203.0.113.8");
  const error = await ask(ada, "203.0.113.9").catch((thrown) => thrown);
  expect(error).toMatchObject(refused);
  expect(Object.fromEntries(error.extensions.http.headers)).toEqual({
    "retry-after": String(error.extensions.retryAfter),
    "ratelimit-policy": '"default";q=2;w=60',
    ratelimit: `"default";r=0;t=${error.extensions.retryAfter}`,
  });
  expect(answered()).toBe(2);
  await ask({ ...ada, id: "grace" }, "203.0.113.9");
});

test("the anonymous have theirs by their address", async () => {
  const { ask } = createAsk(2);
  const anonymous: Viewer = { kind: "anonymous" };
  await ask(anonymous, "203.0.113.7");
  await ask(anonymous, "203.0.113.7");
  await expect(ask(anonymous, "203.0.113.7")).rejects.toMatchObject(refused);
  await ask(anonymous, "203.0.113.8");
  await ask(ada, "203.0.113.7");
});

test("an operation takes what it costs, the last one perhaps more than there is", async () => {
  const { ask } = createAsk(10, () => 7);
  expect((await ask(ada, "")).headers.get("ratelimit")).toBe('"default";r=3;t=60');
  expect((await ask(ada, "")).headers.get("ratelimit")).toBe('"default";r=0;t=60');
  await expect(ask(ada, "")).rejects.toMatchObject({ extensions: { code: "RATE_LIMITED" } });
});

test("an operation whose cost cannot be reckoned takes one point", async () => {
  const { ask } = createAsk(10, () => {
    throw new Error("its arguments are wrong");
  });
  expect((await ask(ada, "")).headers.get("ratelimit")).toBe('"default";r=9;t=60');
});
