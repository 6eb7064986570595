import type { Log } from "./log.ts";

/** One of those in a process that see whether Redis works: a connection, or who asks through one. */
export interface RedisWitness {
  failed(error: unknown): void;
  works(): void;
}

/** What a process knows of a Redis that fails. It is told once in the log, whoever saw it first, and its end is. */
export interface RedisOutage {
  lasts(): boolean;
  connection(name: string): RedisWitness;
  /** Who asks sees more than a connection: a Redis that is slow, full, or has something else at a key. */
  asker(name: string): RedisWitness;
}

/** One for all of a process. It is over when no connection is lost, and whoever had failed has succeeded since. */
export function createRedisOutage(log: Log): RedisOutage {
  const lost = new Set<RedisWitness>();
  const refused = new Set<RedisWitness>();
  let lasts = false;

  function witness(name: string, failing: Set<RedisWitness>, over: () => void): RedisWitness {
    const one: RedisWitness = {
      failed(error) {
        failing.add(one);
        if (!lasts) log.warn({ err: error, by: name }, "Redis fails, and is done without");
        lasts = true;
      },
      works() {
        if (!failing.delete(one)) return;
        over();
        if (lost.size + refused.size > 0) return;
        log.info("Redis works again");
        lasts = false;
      },
    };
    return one;
  }

  return {
    lasts: () => lasts,
    // What was refused while there was no connection says nothing of the server that is reached now.
    connection: (name) => witness(name, lost, () => lost.size === 0 && refused.clear()),
    asker: (name) => witness(name, refused, () => undefined),
  };
}
