import { ConfigError } from "./env.ts";
import type { Part } from "./lifecycle.ts";

/** Seconds that a process may take to drain before it is ended by force. */
export const drainLimit = 25;

/** What a process tells the parent at the other end of its IPC channel, once. */
export interface Ready {
  /** The name of its part. */
  readonly ready: string;
  /** Where it listens, if it does, without a trailing slash. */
  readonly url?: string | undefined;
}

/** A part that may say where it listens, once started. */
export interface ProcessPart extends Part {
  url?(): string;
}

/**
 * Runs one part as a whole process: starts it, and stops it on SIGINT, SIGTERM or when the parent that holds
 * the other end of its IPC channel is gone. A wrong configuration becomes one sentence on standard error and exit code 1.
 */
export async function runProcess(create: () => Promise<ProcessPart> | ProcessPart): Promise<void> {
  let part: ProcessPart;
  try {
    part = await create();
    await part.start();
  } catch (error) {
    process.stderr.write(`${sentence(error)}\n`);
    process.exitCode = 1;
    if (process.connected) process.disconnect();
    return;
  }
  const stop = (): void => {
    setTimeout(() => process.exit(1), drainLimit * 1000).unref();
    part.stop().then(
      () => {
        if (process.connected) process.disconnect();
      },
      (error: unknown) => {
        process.stderr.write(`${sentence(error)}\n`);
        process.exitCode = 1;
      },
    );
  };
  process.once("SIGINT", stop);
  process.once("SIGTERM", stop);
  process.once("disconnect", stop);
  const ready: Ready = { ready: part.name, url: part.url?.() };
  process.send?.(ready);
}

/** What went wrong, for a person at a terminal. */
export function sentence(error: unknown): string {
  if (error instanceof ConfigError) return error.message;
  if (!(error instanceof Error)) return String(error);
  const { code, port } = error as NodeJS.ErrnoException & { port?: number };
  if (code === "EADDRINUSE")
    return `Port ${port} is in use: stop what listens there, or set another port.`;
  return error.stack ?? error.message;
}
