import type { Arena } from "./arena.ts";
import type { Contestant } from "./contestants.ts";
import { gatewayCore } from "./cores.ts";
import { type Measurement, measure } from "./measure.ts";
import type { GatewaysOptions } from "./options.ts";
import { line, medians } from "./report.ts";
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
  const rounds = await measureAll(contestants, workloads, options, (contestant, workload) =>
    measure(contestant, workload, arena, {
      core: gatewayCore,
      connections: options.connections,
      warmUp: options.warmUpSeconds * 1_000,
      duration: options.seconds * 1_000,
    }),
  );
  return summarise(rounds, contestants, workloads);
}

/** Workload by workload; the order of the gateways turns round with each round, so that none is always first. */
async function measureAll(
  contestants: readonly Contestant[],
  workloads: readonly Workload[],
  { rounds }: GatewaysOptions,
  measureOne: (contestant: Contestant, workload: Workload) => Promise<Measurement>,
): Promise<readonly Measurement[]> {
  const done: Measurement[] = [];
  for (let round = 0; round < rounds; round++) {
    for (const workload of workloads) {
      for (const contestant of round % 2 === 0 ? contestants : contestants.toReversed()) {
        try {
          const one = await measureOne(contestant, workload);
          print(line(one));
          done.push(one);
        } catch (error) {
          print(`${workload.name} ${contestant.name} failed: ${(error as Error).message}`);
          process.exitCode = 1;
        }
      }
    }
  }
  return done;
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
