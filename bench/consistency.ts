import { parseArgs } from "node:util";
import { type Checked, createChecker } from "../tests/consistency/check.ts";
import {
  crashAfterCommit,
  profileOf,
  publicListOf,
} from "../tests/consistency/crash-after-commit.ts";
import { troubleRedis } from "../tests/consistency/trouble-redis.ts";
import globalSetup from "../tests/harness/global-setup.ts";
import globalTeardown from "../tests/harness/global-teardown.ts";
import { startRedis, type TestRedis } from "../tests/harness/redis.ts";
import {
  type Account,
  type ReplicatedGraph,
  startReplicatedGraph,
} from "../tests/harness/replicated-graph.ts";
import { count } from "./gateways/options.ts";
import { percentile } from "./load.ts";

/** Times that a process is killed between its commit and its drop. */
const crashes = 5;

/**
 * `npm run bench -- consistency [--seconds 60] [--people 6]`: people write and read at random through two replicas each of gateway,
 * users and todos; a quarter of the time in peace, then with Redis paused and killed. Prints what was checked, what was wrong, by how
 * much a read was behind another one, and what reads and writes took; then how long others did not see what a process had
 * committed that was killed before it told them. Exit code 1 when anything was wrong. Needs a `redis-server` on the PATH.
 */
export async function benchConsistency(...args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seconds: { type: "string", default: "60" },
      people: { type: "string", default: "6" },
    },
  });
  const milliseconds = count("seconds", values.seconds) * 1_000;
  await globalSetup();
  const redis = await startRedis();
  try {
    const env = { SUBGRAPH_TIMEOUT_MS: "20000" };
    const graph = await startReplicatedGraph({ replicas: 2, redisUrl: redis.url, env });
    try {
      const people: Account[] = [];
      for (let number = 0; number < count("people", values.people); number++) {
        people.push(await graph.signUp(`reader_${number}`));
      }
      await checkAll({ graph, redis, people, milliseconds });
    } finally {
      redis.resume();
      await graph.stop();
    }
  } finally {
    await redis.stop();
    await globalTeardown();
  }
}

interface Checks {
  readonly graph: ReplicatedGraph;
  readonly redis: TestRedis;
  readonly people: readonly Account[];
  readonly milliseconds: number;
}

async function checkAll({ graph, milliseconds, people, redis }: Checks): Promise<void> {
  const checker = createChecker({ gateways: graph.gateways, people });
  report("peace", await checker.run(milliseconds / 4));
  const troubled = milliseconds * 0.75;
  const [checked] = await Promise.all([checker.run(troubled), troubleRedis(redis, troubled)]);
  report("trouble", checked);
  const [account] = people;
  const [gateway] = graph.gateways;
  if (account === undefined || gateway === undefined) return;
  const { token } = account;
  for (const register of [profileOf(account), await publicListOf(account, gateway)]) {
    const times: number[] = [];
    for (let time = 0; time < crashes; time++) {
      times.push(await crashAfterCommit(graph, register, { redisUrl: redis.url, token }));
    }
    print(`consistency crash-${register.service} crashes ${crashes} ${spread("stale_ms", times)}`);
  }
}

function report(name: string, checked: Checked): void {
  const { claims, reads, readTimes, stalest, violations, writes, writeTimes } = checked;
  const times = `${spread("read_ms", readTimes)} ${spread("write_ms", writeTimes)}`;
  print(
    `consistency ${name} reads ${reads} claims ${claims} writes ${writes} violations ${violations.length} stalest_ms ${stalest.toFixed(1)} ${times}`,
  );
  for (const violation of violations) print(violation);
  if (violations.length > 0) process.exitCode = 1;
}

/** The middle, the 99th percentile and the greatest of some values. */
function spread(name: string, values: readonly number[]): string {
  const sorted = values.toSorted((one, other) => one - other);
  const at = (share: number): string => percentile(sorted, share).toFixed(1);
  return `${name} p50 ${at(0.5)} p99 ${at(0.99)} max ${at(1)}`;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
