import { type ChildProcess, execFile, fork } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import type { Env } from "../../runtime/env.ts";
import type { Ready } from "../../runtime/run-process.ts";

/** Milliseconds after which a child that should stop is ended by force; its own limit is shorter. */
const patience = 30_000;
/** Milliseconds that what it has left may take to be gone. */
const orphanPatience = 5_000;

/** A process of ours did not do what it should; it has said why by itself. */
export class ChildError extends Error {
  override readonly name = "ChildError";
}

export interface Child {
  readonly name: string;
  /** When it says that it is ready, and where it listens; rejects when it ends before. */
  readonly ready: Promise<{ readonly url: string }>;
  /** How it ended, in words, whenever that is. */
  readonly ended: Promise<string>;
  /** Sends a message through the channel between us. */
  tell(message: string): void;
  /** Asks it to stop and waits until it has, and until nothing that it has begun runs any more. */
  stop(): Promise<void>;
  kill(): void;
}

export interface ChildOptions {
  readonly args?: readonly string[];
  /** Hears what the process says on standard error, in pieces; without it, it goes to ours. */
  readonly onStderr?: (text: string) => void;
}

/**
 * Starts a process of ours in a session of its own, so that signals for the process group reach only the supervisor, which
 * stops the processes in their order. It stops by itself when the supervisor is gone, as its channel closes then.
 */
export function startChild(
  name: string,
  script: string,
  env: Env,
  { args = [], onStderr }: ChildOptions = {},
): Child {
  const child = fork(script, args, {
    env: { ...env },
    detached: true,
    stdio: ["ignore", "inherit", onStderr === undefined ? "inherit" : "pipe", "ipc"],
  });
  child.stderr?.setEncoding("utf8").on("data", (text: string) => onStderr?.(text));
  const ended = end(child);
  const ready = new Promise<{ url: string }>((resolve, reject) => {
    child.on("message", (message: Partial<Ready> | null) => {
      if (message?.ready !== undefined) resolve({ url: message.url ?? "" });
    });
    ended.then((how) => reject(new ChildError(`${name} ${how} before it was ready.`)));
  });
  // Whoever waits hears of it; nobody may wait when everything is stopped.
  ready.catch(() => undefined);
  return {
    name,
    ready,
    ended,
    // One that has ended is told nothing, and that it has is known by then.
    tell: (message) => void child.send(message, () => undefined),
    async stop() {
      child.kill("SIGTERM");
      const timer = setTimeout(() => child.kill("SIGKILL"), patience);
      await ended;
      clearTimeout(timer);
      if (child.pid !== undefined) await endGroup(child.pid);
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
    const [code, signal] = (await once(child, "close")) as [number | null, string | null];
    return signal === null ? `ended with exit code ${code}` : `was ended by ${signal}`;
  } catch (error) {
    return `cannot run: ${(error as Error).message}`;
  }
}

/**
 * Ends what is left of the process group of a process that has ended: a signal that comes while it starts ends it alone, and
 * what it has begun would take its time to see that.
 */
async function endGroup(group: number): Promise<void> {
  const end = Date.now() + orphanPatience;
  while (killGroup(group) && (await runs(group)) && Date.now() < end) await sleep(10);
}

/** @returns whether there was anything left, if only a zombie that nobody has reaped yet */
function killGroup(group: number): boolean {
  try {
    return process.kill(-group, "SIGKILL");
  } catch {
    return false;
  }
}

/** Whether something of the group is more than a zombie; where there is no `ps`, what was killed is taken to be gone. */
async function runs(group: number): Promise<boolean> {
  const ps = await promisify(execFile)("ps", ["-A", "-o", "pgid=,stat="]).catch(() => undefined);
  const running = new RegExp(`^ *${group} +[^Z]`, "m");
  return ps !== undefined && running.test(ps.stdout);
}
