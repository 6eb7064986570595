import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "../house.ts";
import type { Contestant, Surroundings } from "./contestants.ts";

export interface RunningGateway {
  readonly pid: number;
  /** Origin and path of its endpoint. */
  readonly url: string;
  stop(): Promise<void>;
}

/** Milliseconds until a gateway that does not answer never will. */
const startLimit = 60_000;

/**
 * Starts a gateway in a process and a folder of its own, on one core, and waits until it answers.
 * @throws Error with what it printed when it does not
 */
export async function startContestant(
  contestant: Contestant,
  graph: Omit<Surroundings, "port" | "folder">,
  core: number,
): Promise<RunningGateway> {
  const folder = await mkdtemp(join(tmpdir(), "gateway-bench-"));
  const port = await freePort();
  const { command, env, files } = contestant.launch({ ...graph, port, folder });
  for (const [path, text] of Object.entries(files)) await writeFile(path, text);
  const child = spawn("taskset", ["-c", String(core), ...command], {
    cwd: folder,
    env: { PATH: "/usr/bin:/bin", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      output = (output + text).slice(-4_000);
    });
  }
  // A lab that is ended leaves no gateway behind.
  const end = (): void => {
    child.kill("SIGKILL");
    process.exit(1);
  };
  process.on("SIGINT", end).on("SIGTERM", end);
  async function stop(): Promise<void> {
    process.off("SIGINT", end).off("SIGTERM", end);
    if (child.exitCode === null && child.signalCode === null) {
      const ended = once(child, "exit");
      child.kill("SIGTERM");
      const forced = setTimeout(() => child.kill("SIGKILL"), 5_000);
      await ended;
      clearTimeout(forced);
    }
    await rm(folder, { recursive: true, force: true });
  }
  const url = `http://127.0.0.1:${port}/graphql`;
  const started = performance.now();
  while (!(await answers(url))) {
    const late = performance.now() - started > startLimit;
    if (late || child.exitCode !== null) {
      await stop();
      throw new Error(`${contestant.name} does not start:\n${output}`);
    }
    await sleep(100);
  }
  return { pid: child.pid as number, url, stop };
}

async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: '{"query":"{ __typename }"}',
      signal: AbortSignal.timeout(2_000),
    });
    return (await response.text()).includes('"Query"');
  } catch {
    return false;
  }
}
