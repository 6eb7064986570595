import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { type Arena, openShop } from "./gateways/arena.ts";
import { type Contestant, listContestants } from "./gateways/contestants.ts";
import { gatewayCore, labCore, moveToLabCore } from "./gateways/cores.ts";
import { fire } from "./gateways/fire.ts";
import { count, defaultNodes, readFamilies, readWorkloads } from "./gateways/options.ts";
import { startContestant } from "./gateways/running.ts";
import { createWorkload, type Workload } from "./gateways/workloads.ts";
import { type CpuProfile, type Spent, spentBetween } from "./profile/cpu-profile.ts";
import { describeProfile } from "./profile/describe-profile.ts";

/** Functions that are listed, and microseconds between two looks at what the gateway does. */
const [functions, interval] = [15, 500] as const;

/**
 * `npm run bench -- profile [--workload small] [--gateways ours] [--seconds 5] [--connections 16] [--node PATH]`: where the time of
 * a busy gateway goes, by what it is part of and by function. Only gateways that are Node alone. Linux only.
 */
export async function benchProfile(...args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      workload: { type: "string", default: "small" },
      gateways: { type: "string", default: "ours" },
      seconds: { type: "string", default: "5" },
      connections: { type: "string", default: "16" },
      node: { type: "string", default: defaultNodes()[0] ?? process.execPath },
    },
  });
  const load = {
    connections: count("connections", values.connections),
    duration: count("seconds", values.seconds) * 1_000,
  };
  const contestants = listContestants(readFamilies(values.gateways), [values.node]);
  moveToLabCore();
  const arena = await openShop(labCore);
  try {
    for (const name of readWorkloads("workload", values.workload)) {
      const workload = await createWorkload(name);
      for (const contestant of contestants) {
        const { requests, spent } = await profile(contestant, workload, arena, load);
        const busy = spent.reduce((sum, { microseconds }) => sum + microseconds, 0) / 1_000;
        print(
          `${name} ${contestant.name}: busy for ${Math.round(busy)} ms, ${(busy / requests).toFixed(3)} ms for each of ${requests} requests`,
        );
        for (const line of describeProfile(spent, functions)) print(line);
      }
    }
  } finally {
    await arena.stop();
  }
}

/** Under load, once it is warm. */
async function profile(
  contestant: Contestant,
  workload: Workload,
  { surroundings }: Arena,
  { connections, duration }: { readonly connections: number; readonly duration: number },
): Promise<{ readonly requests: number; readonly spent: readonly Spent[] }> {
  const folder = await mkdtemp(join(tmpdir(), "gateway-profile-"));
  try {
    const gateway = await startContestant(profiled(contestant, folder), surroundings, gatewayCore);
    const { headers, next } = { headers: workload.headers, ...workload.open() };
    const load = { url: gateway.url, connections, headers, next };
    let times: readonly [number, number];
    let requests: number;
    try {
      await fire({ ...load, until: { milliseconds: duration / 2 } });
      const from = now();
      ({ requests } = await fire({ ...load, until: { milliseconds: duration } }));
      times = [from, now()];
    } finally {
      await gateway.stop();
    }
    return { requests, spent: spentBetween(await readProfile(folder, gateway.pid), ...times) };
  } finally {
    await rm(folder, { recursive: true });
  }
}

function profiled(contestant: Contestant, folder: string): Contestant {
  const flags = ["--cpu-prof", `--cpu-prof-dir=${folder}`, `--cpu-prof-interval=${interval}`];
  return {
    ...contestant,
    launch(surroundings) {
      const launch = contestant.launch(surroundings);
      const [node, ...rest] = launch.command;
      return { ...launch, command: [node, ...flags, ...rest] };
    },
  };
}

/** Written by the process when it ended, beside those of its children. */
async function readProfile(folder: string, pid: number): Promise<CpuProfile> {
  const file = (await readdir(folder)).find((name) => name.split(".").includes(String(pid)));
  if (file === undefined) throw new Error("the gateway did not end in peace: there is no profile");
  return JSON.parse(await readFile(join(folder, file), "utf8")) as CpuProfile;
}

/** Microseconds, as the profile counts them. */
function now(): number {
  return Number(process.hrtime.bigint() / 1_000n);
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
