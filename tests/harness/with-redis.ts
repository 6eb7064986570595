import { describe } from "@jest/globals";
import { hasRedisServer } from "./redis.ts";

/** `describe` for tests that need a Redis of their own: skipped where there is no `redis-server`. */
export const withRedis = hasRedisServer() ? describe : describe.skip;
