import type { Arena } from "./arena.ts";
import type { Contestant } from "./contestants.ts";
import { gatewayCore } from "./cores.ts";
import { type Measurement, medians, openSession, type Session } from "./measure.ts";
import type { GatewaysOptions } from "./options.ts";
import { line } from "./report.ts";
import type { Workload } from "./workloads.ts";

/**
 * Measures every workload on every contestant, in rounds, and prints each measurement.
 * @returns the medians
 */
export async function holdContest(
  arena: Arena,
  contestants: readonly Contestant[],
  workloads: readonly Workload[],
  options: GatewaysOptions,
): Promise<readonly Measurement[]> {
  const done: Measurement[] = [];
  for (let round = 0; round < options.rounds; round++) {
    // The order turns round with each round, so that none is always first.
    const order = round % 2 === 0 ? contestants : contestants.toReversed();
    for (const workload of workloads) {
      done.push(...(await measureAll(arena, order, workload, options, round)));
    }
  }
  return summarise(done, contestants, workloads);
}

/**
 * All gateways run, and the load goes from one to the next after each slice: what the machine is slower or faster for is the
 * same for neighbours. One that fails is named and left out.
 */
async function measureAll(
  arena: Arena,
  contestants: readonly Contestant[],
  workload: Workload,
  { connections, seconds, slices, warmUpSeconds }: GatewaysOptions,
  round: number,
): Promise<readonly Measurement[]> {
  const sessions = new Set<Session>();
  async function unlessItFails<Result>(
    name: string,
    work: () => Promise<Result>,
  ): Promise<Result | undefined> {
    try {
      return await work();
    } catch (error) {
      print(`${workload.name} ${name} failed: ${(error as Error).message}`);
      process.exitCode = 1;
      return undefined;
    }
  }
  async function forEach(work: (session: Session) => Promise<void>): Promise<void> {
    for (const session of [...sessions]) {
      const went = await unlessItFails(session.gateway, () => work(session).then(() => true));
      if (went) continue;
      sessions.delete(session);
      await session.stop();
    }
  }
  try {
    for (const contestant of contestants) {
      const session = await unlessItFails(contestant.name, () =>
        openSession(contestant, workload, arena, { core: gatewayCore, connections }),
      );
      if (session !== undefined) sessions.add(session);
    }
    await forEach((session) => session.warmUp(warmUpSeconds * 1_000));
    for (let slice = 0; slice < slices; slice++) {
      const milliseconds = (seconds * 1_000) / slices;
      await forEach((session) => session.measure(round * slices + slice, milliseconds));
    }
    const results = [...sessions].map((session) => session.result());
    for (const one of results) print(line(one));
    return results;
  } finally {
    for (const session of sessions) await session.stop();
  }
}

function summarise(
  rounds: readonly Measurement[],
  contestants: readonly Contestant[],
  workloads: readonly Workload[],
): readonly Measurement[] {
  return workloads.flatMap((workload) =>
    contestants.flatMap(({ name }) => {
      const [first, ...rest] = rounds.filter(
        (one) => one.workload === workload.name && one.gateway === name,
      );
      return first === undefined ? [] : [medians([first, ...rest])];
    }),
  );
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
