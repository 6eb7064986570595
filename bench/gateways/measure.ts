import { median, percentile } from "../load.ts";
import { usageOf } from "../processes.ts";
import type { Arena } from "./arena.ts";
import type { Contestant } from "./contestants.ts";
import { type FireResult, fire } from "./fire.ts";
import { startContestant } from "./running.ts";
import type { Workload } from "./workloads.ts";

/** One workload on one gateway. */
export interface Measurement {
  readonly workload: string;
  readonly gateway: string;
  readonly rps: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
  /** Milliseconds of the gateway's CPU per request, its children included. */
  readonly cpuMs: number;
  /** Requests to subgraphs per request. */
  readonly calls: number;
  /** At the end. */
  readonly rssMiB: number;
  /** Share of its core that the gateway used: far below 1, and something else was the limit. */
  readonly busy: number;
  /** The same for the other core, with the subgraphs and the load. */
  readonly labBusy: number;
  /** Whether it wrote the data in other bytes than graphql-js. */
  readonly otherBytes: boolean;
  readonly slices: readonly Slice[];
}

/** What compares with the slice of another gateway that has the same number: they ran one right after the other. */
export interface Slice {
  readonly number: number;
  readonly rps: number;
  readonly cpuMs: number;
}

/** A gateway in a fresh process with a workload of its own. */
export interface Session {
  readonly gateway: string;
  warmUp(milliseconds: number): Promise<void>;
  measure(slice: number, milliseconds: number): Promise<void>;
  /** What all slices come to. */
  result(): Measurement;
  stop(): Promise<void>;
}

export async function openSession(
  contestant: Contestant,
  workload: Workload,
  arena: Arena,
  { connections, core }: { readonly connections: number; readonly core: number },
): Promise<Session> {
  const gateway = await startContestant(contestant, arena.surroundings, core);
  const stream = workload.open();
  const viewer = contestant.signedIn ? await arena.viewer() : {};
  const headers = { ...workload.headers, ...viewer };
  const load = { url: gateway.url, connections, headers, next: stream.next };
  const fired: FireResult[] = [];
  const slices: Slice[] = [];
  const spent = { cpuMs: 0, labMs: 0, calls: 0 };
  let rssMiB = 0;
  return {
    gateway: contestant.name,
    async warmUp(milliseconds) {
      await fire({ ...load, until: { milliseconds } });
    },
    async measure(slice, milliseconds) {
      const calls = await arena.calls(gateway);
      const [before, lab] = [usageOf(gateway.pid), arena.labCpuMs()];
      const result = await fire({ ...load, until: { milliseconds } });
      const after = usageOf(gateway.pid);
      const cpuMs = after.cpuMs - before.cpuMs;
      spent.cpuMs += cpuMs;
      spent.labMs += arena.labCpuMs() - lab;
      spent.calls += (await arena.calls(gateway)) - calls;
      rssMiB = after.rssMiB;
      fired.push(result);
      const { requests } = result;
      const rps = (requests * 1_000) / result.milliseconds;
      slices.push({ number: slice, rps, cpuMs: cpuMs / requests });
    },
    result() {
      const sum = (read: (one: FireResult) => number): number =>
        fired.reduce((all, one) => all + read(one), 0);
      const requests = sum((one) => one.requests);
      const milliseconds = sum((one) => one.milliseconds);
      const times = fired.flatMap((one) => one.times).sort((one, other) => one - other);
      return {
        workload: workload.name,
        gateway: contestant.name,
        rps: (requests * 1_000) / milliseconds,
        p50: percentile(times, 0.5),
        p99: percentile(times, 0.99),
        cpuMs: spent.cpuMs / requests,
        calls: spent.calls / requests,
        rssMiB,
        busy: spent.cpuMs / milliseconds,
        labBusy: spent.labMs / milliseconds,
        otherBytes: stream.otherBytes,
        slices,
      };
    },
    stop: gateway.stop,
  };
}

/** The medians of several rounds of the same workload on the same gateway. */
export function medians(rounds: readonly [Measurement, ...Measurement[]]): Measurement {
  const of = (read: (one: Measurement) => number): number => median(rounds.map(read));
  const [{ gateway, workload }] = rounds;
  return {
    workload,
    gateway,
    rps: of(({ rps }) => rps),
    p50: of(({ p50 }) => p50),
    p99: of(({ p99 }) => p99),
    cpuMs: of(({ cpuMs }) => cpuMs),
    calls: of(({ calls }) => calls),
    rssMiB: of(({ rssMiB }) => rssMiB),
    busy: of(({ busy }) => busy),
    labBusy: of(({ labBusy }) => labBusy),
    otherBytes: rounds.some(({ otherBytes }) => otherBytes),
    slices: rounds.flatMap(({ slices }) => slices),
  };
}
