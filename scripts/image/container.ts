import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import type { Env } from "../../runtime/env.ts";

export interface ContainerOptions {
  readonly name: string;
  /** What the image has as its working folder. */
  readonly folder: string;
  /** `node` first, which is `node` here. */
  readonly command: readonly string[];
  readonly node: string;
  /** All that the process sees. */
  readonly env: Env;
}

/** A process of the image, without a container around it. */
export interface Container {
  /** Waits until `/readyz` answers 200. @returns milliseconds since the start command */
  ready(port: number): Promise<number>;
  /** Sends SIGTERM. @throws when the exit code is not 0 */
  stop(): Promise<void>;
  /** Waits until it ends by itself. @throws when the exit code is not 0 */
  ended(): Promise<void>;
}

/** Nobody, who owns no file: only root can be somebody else. */
const nobody = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};

export function startContainer(options: ContainerOptions): Container {
  const { name, folder, command, node, env } = options;
  const started = performance.now();
  const child = spawn(node, command.slice(1), {
    ...nobody,
    cwd: folder,
    env: { ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let printed = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      printed += text;
    });
  }
  const exited = once(child, "close");

  async function ended(): Promise<void> {
    const [code, signal] = await exited;
    if (code !== 0) throw new Error(`${name} ended with ${code ?? signal}:\n${printed}`);
  }
  return {
    ended,
    async ready(port) {
      while (child.exitCode === null && child.signalCode === null) {
        if (await isReady(port)) return performance.now() - started;
        await sleep(5);
      }
      throw new Error(`${name} ended before it was ready:\n${printed}`);
    },
    async stop() {
      child.kill("SIGTERM");
      await ended();
    },
  };
}

/** Runs the image's health check beside a process of it. @throws when it says that the process is not ready */
export async function checkHealth({ folder, command, node, env }: ContainerOptions): Promise<void> {
  await promisify(execFile)(node, command.slice(1), { ...nobody, cwd: folder, env: { ...env } });
}

async function isReady(port: number): Promise<boolean> {
  try {
    return (await fetch(`http://127.0.0.1:${port}/readyz`)).status === 200;
  } catch {
    return false;
  }
}
