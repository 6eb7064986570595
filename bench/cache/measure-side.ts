import { type FireOptions, fire } from "../gateways/fire.ts";
import { median } from "../load.ts";
import type { Side } from "./sides.ts";

export interface Round {
  readonly rps: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
  /** Milliseconds of CPU for each request, by process. */
  readonly cpu: ReadonlyMap<string, number>;
}

/** One round of load, and what it cost the processes of its side. */
export async function measureSide(side: Side, load: FireOptions): Promise<Round> {
  const before = side.cpu();
  const { milliseconds, p50, p99, requests } = await fire(load);
  const cpu = [...side.cpu()].map(
    ([name, now]) => [name, (now - (before.get(name) ?? 0)) / requests] as const,
  );
  return { rps: (requests * 1_000) / milliseconds, p50, p99, cpu: new Map(cpu) };
}

/** The medians of several rounds. */
export function medianRound(rounds: readonly Round[]): Round {
  const of = (read: (round: Round) => number): number => median(rounds.map(read));
  const names = [...(rounds[0]?.cpu.keys() ?? [])];
  return {
    rps: of(({ rps }) => rps),
    p50: of(({ p50 }) => p50),
    p99: of(({ p99 }) => p99),
    cpu: new Map(names.map((name) => [name, of(({ cpu }) => cpu.get(name) ?? 0)])),
  };
}

/** Rounds that are too short by themselves as if they were one. */
export function sumOfRounds(rounds: readonly Round[]): Round {
  const { cpu, ...median } = medianRound(rounds);
  const mean = (name: string): number =>
    rounds.reduce((sum, one) => sum + (one.cpu.get(name) ?? 0), 0) / rounds.length;
  return { ...median, cpu: new Map([...cpu.keys()].map((name) => [name, mean(name)])) };
}

/** Milliseconds of CPU for each request of all processes together. */
export function totalCpu({ cpu }: Round): number {
  return [...cpu.values()].reduce((sum, one) => sum + one, 0);
}

/** `cache WORKLOAD SIDE rps N p50 N p99 N cpu_ms N PROCESS_ms N ...` */
export function roundLine(workload: string, side: string, round: Round): string {
  const parts = [...round.cpu].map(([name, ms]) => `${name}_ms ${ms.toFixed(3)}`);
  return `cache ${workload} ${side} rps ${round.rps.toFixed(0)} p50 ${round.p50.toFixed(2)} p99 ${round.p99.toFixed(2)} cpu_ms ${totalCpu(round).toFixed(3)} ${parts.join(" ")}`;
}

/** How many times more requests a second, and how many times less CPU for each, the one has than the other. */
export function ratioLine(workload: string, on: Round, off: Round): string {
  const [rps, cpu] = [on.rps / off.rps, totalCpu(off) / totalCpu(on)];
  return `cache ${workload} gain rps ${rps.toFixed(2)} cpu ${cpu.toFixed(2)}`;
}
