import type { TestRedis } from "../harness/redis.ts";

/** Pauses Redis, kills it and lets it come back empty, again and again; at the end it runs. */
export async function troubleRedis(redis: TestRedis, milliseconds: number): Promise<void> {
  const end = performance.now() + milliseconds;
  // One round takes eight seconds.
  while (performance.now() < end - 8_000) {
    await pause(1_000);
    redis.pause();
    await pause(4_000);
    redis.resume();
    await pause(1_000);
    await redis.kill();
    await pause(2_000);
    await redis.restart();
  }
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
