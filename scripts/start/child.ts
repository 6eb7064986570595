import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import type { Env } from "../../runtime/env.ts";

/** Milliseconds after which a child that should stop is ended by force; its own limit is shorter. */
const patience = 30_000;

/** A process of ours did not do what it should; it has said why by itself. */
export class ChildError extends Error {
  override readonly name = "ChildError";
}

export interface Child {
  readonly name: string;
  /** When it says that it is ready; rejects when it ends before. */
  readonly ready: Promise<void>;
  /** How it ended, in words, whenever that is. */
  readonly ended: Promise<string>;
  /** Asks it to stop and waits until it has. */
  stop(): Promise<void>;
  kill(): void;
}

/**
 * Starts a process of ours in a session of its own, so that signals for the process group reach only the supervisor, which
 * stops the processes in their order. It stops by itself when the supervisor is gone, as its channel closes then.
 */
export function startChild(
  name: string,
  script: string,
  env: Env,
  args: readonly string[] = [],
): Child {
  const child = fork(script, args, {
    env: { ...env },
    detached: true,
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  const ended = end(child);
  const ready = new Promise<void>((resolve, reject) => {
    child.on("message", (message) => {
      if (typeof message === "object" && message !== null && "ready" in message) resolve();
    });
    ended.then((how) => reject(new ChildError(`${name} ${how} before it was ready.`)));
  });
  // Whoever waits hears of it; nobody may wait when everything is stopped.
  ready.catch(() => undefined);
  return {
    name,
    ready,
    ended,
    async stop() {
      child.kill("SIGTERM");
      const timer = setTimeout(() => child.kill("SIGKILL"), patience);
      await ended;
      clearTimeout(timer);
    },
    kill: () => void child.kill("SIGKILL"),
  };
}

/** Runs a script that ends by itself. @throws when it fails; it has said why. */
export async function runScript(child: Child): Promise<void> {
  const how = await child.ended;
  if (how !== "ended with exit code 0") throw new ChildError(`${child.name} ${how}.`);
}

async function end(child: ChildProcess): Promise<string> {
  try {
    const [code, signal] = (await once(child, "exit")) as [number | null, string | null];
    return signal === null ? `ended with exit code ${code}` : `was ended by ${signal}`;
  } catch (error) {
    return `cannot run: ${(error as Error).message}`;
  }
}
