import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { Redis } from "ioredis";
import { readEnv } from "../../runtime/env.ts";

/** A Redis of this test's own that can be treated badly. */
export interface TestRedis {
  readonly url: string;
  /** Connections stay and nothing is answered (SIGSTOP). */
  pause(): void;
  /** Goes on after `pause`. */
  resume(): void;
  /** Gone at once, with all that it held. */
  kill(): Promise<void>;
  /** Comes back at the same port, empty. */
  restart(): Promise<void>;
  /** Sends it commands. */
  ask<Answer>(work: (client: Redis) => Promise<Answer>): Promise<Answer>;
  stop(): Promise<void>;
}

/** Whether tests can start one; those that need it are skipped otherwise. */
export function hasRedisServer(): boolean {
  try {
    execFileSync("redis-server", ["--version"], { stdio: "ignore", env: readEnv() });
    return true;
  } catch {
    return false;
  }
}

export async function startRedis(args: readonly string[] = []): Promise<TestRedis> {
  const port = await freePort();
  const url = `redis://127.0.0.1:${port}`;
  let server = await launch(port, args);

  return {
    url,
    pause: () => void server.kill("SIGSTOP"),
    resume: () => void server.kill("SIGCONT"),
    kill: () => end(server),
    async restart() {
      server = await launch(port, args);
    },
    async ask(work) {
      const client = new Redis(url, { lazyConnect: true, retryStrategy: null });
      await client.connect();
      try {
        return await work(client);
      } finally {
        client.disconnect();
      }
    },
    stop: () => end(server),
  };
}

async function launch(port: number, args: readonly string[]): Promise<ChildProcess> {
  const options = [
    "--port",
    String(port),
    "--bind",
    "127.0.0.1",
    "--save",
    "",
    "--appendonly",
    "no",
  ];
  const server = spawn("redis-server", [...options, ...args], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  const died = once(server, "exit").then(() => {
    throw new Error("redis-server ended before it was ready");
  });
  const ready = new Promise<void>((resolve) => {
    server.stdout?.on("data", (text: Buffer) => {
      if (text.includes("Ready to accept connections")) resolve();
    });
  });
  died.catch(() => undefined);
  await Promise.race([ready, died]);
  return server;
}

async function end(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const ended = once(server, "exit");
  server.kill("SIGKILL");
  await ended;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("no free port");
  return address.port;
}
