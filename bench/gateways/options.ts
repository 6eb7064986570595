import { existsSync } from "node:fs";
import { parseArgs } from "node:util";
import { earlier, type Family, families, guardless, recommendedNode } from "./contestants.ts";
import { type WorkloadName, workloadNames } from "./workloads.ts";

export interface GatewaysOptions {
  readonly gateways: readonly Family[];
  readonly workloads: readonly (WorkloadName | "house")[];
  readonly rounds: number;
  readonly seconds: number;
  /** Into how many the seconds are cut: after each the load goes on to the next gateway. */
  readonly slices: number;
  readonly warmUpSeconds: number;
  readonly connections: number;
  /** Paths of Node, the first one for the peers, too. */
  readonly nodes: readonly string[];
  /** A checkout of another commit, built. */
  readonly before: string | undefined;
}

/** @throws Error that names the argument and what is allowed */
export function readOptions(args: readonly string[]): GatewaysOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      gateways: { type: "string", default: families.join(",") },
      workloads: { type: "string", default: "shared,distinct,small,cold,house" },
      rounds: { type: "string", default: "3" },
      seconds: { type: "string", default: "5" },
      slices: { type: "string", default: "10" },
      "warm-up": { type: "string", default: "8" },
      connections: { type: "string", default: "16" },
      node: { type: "string", multiple: true },
      before: { type: "string" },
    },
  });
  return {
    gateways: readFamilies(values.gateways),
    workloads: among("workloads", values.workloads, [...workloadNames, "house"]),
    rounds: count("rounds", values.rounds),
    seconds: count("seconds", values.seconds),
    slices: Math.ceil(count("slices", values.slices)),
    warmUpSeconds: count("warm-up", values["warm-up"]),
    connections: count("connections", values.connections),
    nodes: values.node ?? defaultNodes(),
    before: values.before,
  };
}

/** The recommended Node where the peers are installed, and the one that runs this. */
export function defaultNodes(): readonly string[] {
  return [...(existsSync(recommendedNode) ? [recommendedNode] : []), process.execPath];
}

/** @param option by which the text was given */
export function readWorkloads(option: string, text: string): readonly WorkloadName[] {
  return among(option, text, workloadNames);
}

export function readFamilies(text: string): readonly Family[] {
  return among("gateways", text, [...families, ...guardless, ...earlier]);
}

export function among<Name extends string>(
  option: string,
  text: string,
  allowed: readonly Name[],
): readonly Name[] {
  const names = text.split(",");
  for (const name of names) {
    if (!allowed.some((one) => one === name))
      throw new Error(`--${option}: ${name} is none of ${allowed.join(", ")}`);
  }
  return allowed.filter((name) => names.includes(name));
}

export function count(option: string, text: string): number {
  const number = Number(text);
  if (!(number > 0)) throw new Error(`--${option}: must be a number above 0, not ${text}`);
  return number;
}
