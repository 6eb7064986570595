import { openShop } from "./gateways/arena.ts";
import { holdContest } from "./gateways/contest.ts";
import { type Contestant, listContestants } from "./gateways/contestants.ts";
import { gatewayCore, labCore, moveToLabCore } from "./gateways/cores.ts";
import { createHouseArena } from "./gateways/house-arena.ts";
import { createHouseWorkloads } from "./gateways/house-workloads.ts";
import type { Measurement } from "./gateways/measure.ts";
import { type GatewaysOptions, readOptions } from "./gateways/options.ts";
import { line, ratios } from "./gateways/report.ts";
import { startContestant } from "./gateways/running.ts";
import { saveResult } from "./gateways/save-result.ts";
import { createWorkload, type WorkloadName } from "./gateways/workloads.ts";
import { startHouse } from "./house.ts";

/** Of our own graph: enough that pages differ. */
const houseSize = { users: 2_000, todos: 40_000 };

/**
 * `npm run bench -- gateways [--gateways ours,grafbase] [--workloads small] [--rounds 3] [--seconds 5] [--slices 10]
 * [--warm-up 8] [--connections 16] [--node PATH]... [--before FOLDER]`: the same questions to every gateway in front of the same four subgraphs, each in a
 * fresh process on one core, where one at a time is asked, with the subgraphs and the load on the other; `house` is our own graph, behind our own
 * gateways. `ours` has everything on that may refuse a request, `ours-open` nothing. Every answer is compared with the one of graphql-js (`house`: of Apollo's execution); a gateway that fails is
 * named, and the exit code is 1. Prints a line for each measurement, the medians, and their ratios. Linux only.
 */
export async function benchGateways(...args: readonly string[]): Promise<void> {
  const options = readOptions(args);
  moveToLabCore();
  const contestants = listContestants(options.gateways, options.nodes, options.before).filter(
    isInstalled,
  );
  const ofShop = options.workloads.filter((name) => name !== "house");
  const results = [
    ...(ofShop.length > 0 ? await inShop(contestants, ofShop, options) : []),
    ...(options.workloads.includes("house") ? await inHouse(contestants, options) : []),
  ];
  print(
    `medians of ${options.rounds} rounds of ${options.seconds} s, ${options.connections} connections`,
  );
  for (const one of results) print(line(one));
  for (const row of ratios(results)) print(row);
  print(`kept in ${await saveResult("gateways", { options, results })}`);
}

async function inShop(
  contestants: readonly Contestant[],
  names: readonly WorkloadName[],
  options: GatewaysOptions,
): Promise<readonly Measurement[]> {
  const workloads = await Promise.all(names.map(createWorkload));
  const arena = await openShop(labCore);
  try {
    return await holdContest(arena, contestants, workloads, options);
  } finally {
    await arena.stop();
  }
}

async function inHouse(
  contestants: readonly Contestant[],
  options: GatewaysOptions,
): Promise<readonly Measurement[]> {
  // Whatever our subgraphs are asked, they want it signed.
  const ours = contestants.filter(({ name }) => /^ours(?!-open)/.test(name));
  if (ours.length === 0) return [];
  const [node = process.execPath] = options.nodes;
  const house = await startHouse({ ...houseSize, core: labCore, node });
  try {
    const arena = createHouseArena(house);
    const [judge] = listContestants(["ours-apollo"], [node]);
    if (judge === undefined) throw new Error("there is no judge");
    const reference = await startContestant(judge, arena.surroundings, gatewayCore);
    const workloads = await createHouseWorkloads(house, reference.url).finally(reference.stop);
    return await holdContest(arena, ours, workloads, options);
  } finally {
    await house.stop();
  }
}

function isInstalled({ missing, name }: Contestant): boolean {
  if (missing !== undefined) print(`${name} is left out: ${missing}`);
  return missing === undefined;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
