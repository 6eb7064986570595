import { type Usage, usageOf } from "../processes.ts";
import type { Arena } from "./arena.ts";
import type { Contestant } from "./contestants.ts";
import { fire } from "./fire.ts";
import { startContestant } from "./running.ts";
import type { Workload } from "./workloads.ts";

/** One workload on one gateway in a fresh process. */
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
}

export interface MeasureOptions {
  readonly core: number;
  readonly connections: number;
  /** Milliseconds. */
  readonly warmUp: number;
  readonly duration: number;
}

export async function measure(
  contestant: Contestant,
  workload: Workload,
  arena: Arena,
  { connections, core, duration, warmUp }: MeasureOptions,
): Promise<Measurement> {
  const gateway = await startContestant(contestant, arena.surroundings, core);
  const look = async (): Promise<{ usage: Usage; lab: number; calls: number }> => ({
    usage: usageOf(gateway.pid),
    lab: arena.labCpuMs(),
    calls: await arena.calls(gateway),
  });
  try {
    const stream = workload.open();
    const viewer = contestant.signedIn ? await arena.viewer() : {};
    const headers = { ...workload.headers, ...viewer };
    const load = { url: gateway.url, connections, headers, next: stream.next };
    await fire({ ...load, until: { milliseconds: warmUp } });
    const before = await look();
    const result = await fire({ ...load, until: { milliseconds: duration } });
    const after = await look();
    const cpuMs = after.usage.cpuMs - before.usage.cpuMs;
    return {
      workload: workload.name,
      gateway: contestant.name,
      rps: (result.requests * 1_000) / result.milliseconds,
      p50: result.p50,
      p99: result.p99,
      cpuMs: cpuMs / result.requests,
      calls: (after.calls - before.calls) / result.requests,
      rssMiB: after.usage.rssMiB,
      busy: cpuMs / result.milliseconds,
      labBusy: (after.lab - before.lab) / result.milliseconds,
      otherBytes: stream.otherBytes,
    };
  } finally {
    await gateway.stop();
  }
}
