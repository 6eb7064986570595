import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { Redis } from "ioredis";
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
  /** Starts all processes but the databases anew, with the cache in the house that had none, and nothing in it. */
  swap(): Promise<void>;
  stop(): Promise<void>;
}

interface Place {
  readonly house: House;
  readonly redisUrl: string;
  readonly redisPid: number;
}

export async function startSides(options: HouseOptions): Promise<Sides> {
  const stops: (() => Promise<void>)[] = [];
  const envOf = (cache: Side["cache"], redisUrl: string) => ({
    ...options.moreEnv,
    CACHE: cache,
    REDIS_URL: redisUrl,
  });

  async function start(cache: Side["cache"]): Promise<Place> {
    const port = await freePort();
    const redis = spawn("redis-server", ["--port", String(port), "--save", ""], {
      stdio: "ignore",
    });
    stops.push(() => endServer(redis));
    const redisPid = redis.pid as number;
    pin(redisPid, options.core);
    const redisUrl = `redis://127.0.0.1:${port}`;
    const house = await startHouse({ ...options, moreEnv: envOf(cache, redisUrl) });
    stops.push(house.stop);
    return { house, redisUrl, redisPid };
  }

  async function stop(): Promise<void> {
    for (const one of stops.splice(0).reverse()) await one();
  }

  // A measurement that is ended leaves nobody behind.
  const end = (): void => void stop().finally(() => process.exit(1));
  process.once("SIGINT", end).once("SIGTERM", end);
  try {
    let places = { on: await start("on"), off: await start("off") };
    return {
      get on() {
        return sideOf("on", places.on);
      },
      get off() {
        return sideOf("off", places.off);
      },
      async swap() {
        places = { on: places.off, off: places.on };
        for (const cache of ["on", "off"] as const) {
          const { house, redisUrl } = places[cache];
          await emptyRedis(redisUrl);
          await house.restart(envOf(cache, redisUrl));
        }
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

function sideOf(cache: Side["cache"], { house, redisPid, redisUrl }: Place): Side {
  return {
    cache,
    house,
    redisUrl,
    cpu() {
      const processes = [...house.processes, { name: "redis", pid: redisPid }];
      return new Map(processes.map(({ name, pid }) => [name, cpuOf([pid, ...descendants(pid)])]));
    },
  };
}

export async function emptyRedis(url: string): Promise<void> {
  const redis = new Redis(url);
  await redis.flushall();
  redis.disconnect();
}

async function endServer(redis: ChildProcess): Promise<void> {
  const ended = once(redis, "exit");
  redis.kill();
  await ended;
}
