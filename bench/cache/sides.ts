import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { freePort, type House, type HouseOptions, startHouse } from "../house.ts";
import { descendants, pin } from "../processes.ts";
import { cpuOf } from "./cpu-of.ts";

/** A house whose processes have the cache on, or off, with a Redis of its own. */
export interface Side {
  readonly cache: "on" | "off";
  readonly house: House;
  readonly redisUrl: string;
  /** Milliseconds of CPU so far, by process. */
  cpu(): ReadonlyMap<string, number>;
}

/** Both, so that they can be measured in turn: what the machine does meanwhile is the same for both. */
export interface Sides {
  readonly on: Side;
  readonly off: Side;
  stop(): Promise<void>;
}

export async function startSides(options: HouseOptions): Promise<Sides> {
  const stops: (() => Promise<void>)[] = [];

  async function start(cache: Side["cache"]): Promise<Side> {
    const port = await freePort();
    const redis = spawn("redis-server", ["--port", String(port), "--save", ""], {
      stdio: "ignore",
    });
    stops.push(() => endServer(redis));
    const redisPid = redis.pid as number;
    pin(redisPid, options.core);
    const redisUrl = `redis://127.0.0.1:${port}`;
    const house = await startHouse({
      ...options,
      moreEnv: { ...options.moreEnv, CACHE: cache, REDIS_URL: redisUrl },
    });
    stops.push(house.stop);
    const processes = [...house.processes, { name: "redis", pid: redisPid }];
    return {
      cache,
      house,
      redisUrl,
      cpu: () =>
        new Map(processes.map(({ name, pid }) => [name, cpuOf([pid, ...descendants(pid)])])),
    };
  }

  async function stop(): Promise<void> {
    for (const one of stops.splice(0).reverse()) await one();
  }

  // A measurement that is ended leaves nobody behind.
  const end = (): void => void stop().finally(() => process.exit(1));
  process.once("SIGINT", end).once("SIGTERM", end);
  try {
    return { on: await start("on"), off: await start("off"), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function endServer(redis: ChildProcess): Promise<void> {
  const ended = once(redis, "exit");
  redis.kill();
  await ended;
}
