import { createHash } from "node:crypto";
import { Redis as Client } from "ioredis";
import type { Part } from "./lifecycle.ts";
import type { Log } from "./log.ts";
import { createRedisOutage, type RedisOutage } from "./redis-outage.ts";

export interface RedisOptions {
  /** `redis://` or `rediss://`. */
  readonly url: string;
  /** What the connection is for; it stands in logs and in `CLIENT LIST`. */
  readonly name: string;
  readonly log: Log;
  /** That of the process; without it this connection tells its faults by itself. */
  readonly outage?: RedisOutage;
  /** Milliseconds that a command may take; none without it, for commands that block. */
  readonly commandTimeout?: number | undefined;
}

/** A script that the server runs as one step. The first line of its text may be `#!lua flags=...`. */
export interface Script {
  readonly text: string;
  readonly sha: string;
}

/**
 * One connection to Redis, which may be down, slow or full at any time: a command fails at once when it cannot be sent, none is sent
 * twice, and the connection comes back by itself.
 */
export interface Redis extends Part {
  readonly client: Client;
  /** For those who ask through it. */
  readonly outage: RedisOutage;
  /** The id of the server's run while it can be reached; another one after a restart or a failover. */
  run(): string | undefined;
  /** @throws what the server says, or that it cannot be reached in time */
  eval(
    script: Script,
    keys: readonly string[],
    args: readonly (string | number)[],
  ): Promise<unknown>;
}

/** Milliseconds that a start waits for a server; without one the process goes on. */
const startPatience = 500;
const longestDelay = 500;
/** Milliseconds until a server is asked again which run of it this is. */
const askAgain = 100;
/** Milliseconds that a server has to see the end of a connection; one that is paused does not. */
const disconnectTimeout = 100;

export function createRedis(options: RedisOptions): Redis {
  const { commandTimeout, log, name, outage = createRedisOutage(log), url } = options;
  const client = new Client(url, {
    lazyConnect: true,
    protocol: 2,
    connectionName: name,
    connectTimeout: 1_000,
    disconnectTimeout,
    keepAlive: 5_000,
    enableOfflineQueue: false,
    // A command that was sent again could reach another server than the one it was meant for.
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    retryStrategy: (attempt) => Math.min(longestDelay, 25 * 2 ** Math.min(attempt, 6)),
    // After a failover the old master is a replica, and writes to it fail.
    reconnectOnError: (error) => error.message.startsWith("READONLY"),
    ...(commandTimeout !== undefined && { commandTimeout }),
  });
  const witness = outage.connection(name);
  let connection = 0;
  let run: string | undefined;
  client.on("close", () => {
    connection += 1;
    run = undefined;
  });
  client.on("error", witness.failed);
  client.on("ready", () => {
    witness.works();
    void learnRun();
  });

  /** Until it is known, the server counts as one that cannot be reached. A slow answer is asked for again: nobody else would ask. */
  async function learnRun(): Promise<void> {
    const mine = connection;
    while (mine === connection) {
      const info = await client.info("server").catch(() => "");
      if (mine !== connection) return;
      run = /^run_id:(\w+)/m.exec(info)?.[1];
      if (run !== undefined) {
        client.emit("known");
        return;
      }
      await new Promise((resolve) => setTimeout(resolve, askAgain).unref());
    }
  }

  return {
    name: `redis ${name}`,
    client,
    outage,
    run: () => run,
    async eval(script, keys, args) {
      try {
        return await client.evalsha(script.sha, keys.length, ...keys, ...args);
      } catch (error) {
        if (!(error instanceof Error && error.message.startsWith("NOSCRIPT"))) throw error;
        return client.eval(script.text, keys.length, ...keys, ...args);
      }
    },
    async start() {
      const known = new Promise((resolve) => client.once("known", resolve));
      client.connect().catch(() => undefined);
      await Promise.race([
        known,
        new Promise((resolve) => setTimeout(resolve, startPatience).unref()),
      ]);
    },
    async stop() {
      if (client.status === "end" || client.status === "wait") return;
      const ended = new Promise<void>((resolve) => {
        client.once("end", resolve);
        // One that was about to connect anew does not always say that it has ended.
        setTimeout(resolve, 2 * disconnectTimeout);
      });
      client.disconnect();
      await ended;
    },
  };
}

export function defineScript(text: string): Script {
  return { text, sha: createHash("sha1").update(text).digest("hex") };
}
