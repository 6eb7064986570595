import { execFileSync } from "node:child_process";
import { type House, startHouse } from "./house.ts";
import { allUsers, signUp } from "./house-client.ts";
import { type LoadResult, load, median, type Shot } from "./load.ts";
import { type Usage, usageOf } from "./processes.ts";

const users = 10_000;
const todos = 200_000;
const [houseCore, loadCore] = [0, 1];
const connections = 16;
const warmUp = 1_500;
const requests = 2_500;
const rounds = 4;

const document = `query Wide($after: String) {
  users(first: 20, after: $after) { edges { node { id name
    todos(first: 10) { edges { node { id title owner { id name } } } } } } } }`;

interface Round extends LoadResult {
  /** Milliseconds of CPU per request, by process. */
  readonly cpu: ReadonlyMap<string, number>;
}

/**
 * `npm run bench -- graph [NODE]`: users(20) x todos(10) x owner through the gateway, every request another page of users.
 * Prints a line for each process: milliseconds of CPU per request (median of the rounds) and resident memory after 10,000 requests.
 */
export async function benchGraph(node: string = process.execPath): Promise<void> {
  execFileSync("taskset", ["-acp", String(loadCore), String(process.pid)], { stdio: "ignore" });
  print(`seeding ${users} users and ${todos} todos ...`);
  const house = await startHouse({ users, todos, core: houseCore, node });
  try {
    const headers = await signUp(house);
    // Without the last ones, each page is full.
    const cursors = (await allUsers(house, headers)).map(({ cursor }) => cursor).slice(0, -21);
    const seen = { rows: 0, answers: 0 };
    const next = (): Shot => shot(cursors, seen);
    await load({ url: house.url, headers, connections, requests: warmUp, next });
    const results: Round[] = [];
    for (let round = 0; round < rounds; round++) {
      results.push(
        await measure(house, () => load({ url: house.url, headers, connections, requests, next })),
      );
    }
    report(house, results, seen.rows / seen.answers, node);
  } finally {
    await house.stop();
  }
}

function shot(cursors: readonly string[], seen: { rows: number; answers: number }): Shot {
  const after = cursors[Math.floor(Math.random() * cursors.length)];
  return {
    body: JSON.stringify({ query: document, variables: { after } }),
    check(answer) {
      const { data, errors } = JSON.parse(answer);
      if (errors !== undefined || data.users.edges.length !== 20)
        throw new Error(answer.slice(0, 500));
      seen.answers++;
      for (const { node } of data.users.edges) {
        seen.rows += node.todos.edges.length;
        for (const { node: todo } of node.todos.edges) {
          if (todo.owner.id !== node.id || todo.owner.name !== node.name)
            throw new Error("wrong owner");
        }
      }
    },
  };
}

async function measure(house: House, work: () => Promise<LoadResult>): Promise<Round> {
  const before = usages(house);
  const result = await work();
  const after = usages(house);
  const cpu = new Map(
    house.processes.map(({ name }) => [
      name,
      ((after.get(name)?.cpuMs ?? 0) - (before.get(name)?.cpuMs ?? 0)) / result.requests,
    ]),
  );
  return { ...result, cpu };
}

function usages(house: House): ReadonlyMap<string, Usage> {
  return new Map(house.processes.map(({ name, pid }) => [name, usageOf(pid)]));
}

function report(house: House, results: readonly Round[], rows: number, node: string): void {
  const version = execFileSync(node, ["--version"], { encoding: "utf8" }).trim();
  const of = (read: (round: Round) => number): string => median(results.map(read)).toFixed(2);
  print(
    `node ${version}, ${rounds} rounds of ${requests} requests, ${connections} connections, house on one core`,
  );
  print(`each answer 20 users and ${rows.toFixed(1)} todos with their owners`);
  print(
    `rps ${of((round) => round.perSecond)} p50_ms ${of((round) => round.p50)} p99_ms ${of((round) => round.p99)}`,
  );
  for (const { name, pid } of house.processes) {
    const memory = usageOf(pid).rssMiB.toFixed(0);
    print(`${name} cpu_ms ${of((round) => round.cpu.get(name) ?? 0)} rss_mib ${memory}`);
  }
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
