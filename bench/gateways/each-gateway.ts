import { parseArgs } from "node:util";
import { type Arena, openShop } from "./arena.ts";
import { listContestants } from "./contestants.ts";
import { gatewayCore, labCore, moveToLabCore } from "./cores.ts";
import { count, defaultNodes, readFamilies } from "./options.ts";
import { type RunningGateway, startContestant } from "./running.ts";

/** What a measurement of one gateway alone gets. */
export interface Subject {
  readonly name: string;
  readonly gateway: RunningGateway;
  readonly arena: Arena;
  /** Whether it is a gateway of ours, with `/metrics`. */
  readonly ours: boolean;
}

/**
 * Runs a measurement on each chosen gateway in turn: `--gateways ours` unless others are named, on `--node PATH` or the
 * recommended Node, and whatever `numbers` are named, with their defaults.
 */
export async function eachGateway<Name extends string>(
  args: readonly string[],
  numbers: Readonly<Record<Name, number>>,
  measure: (subject: Subject, numbers: Readonly<Record<Name, number>>) => Promise<void>,
): Promise<void> {
  const names = Object.keys(numbers) as Name[];
  const { values } = parseArgs({
    args: [...args],
    options: {
      gateways: { type: "string", default: "ours" },
      node: { type: "string", default: defaultNodes()[0] ?? process.execPath },
      ...Object.fromEntries(names.map((name) => [name, { type: "string" as const }])),
    },
  });
  const given = values as Readonly<Record<string, string | undefined>>;
  const read = Object.fromEntries(
    names.map((name) => {
      const text = given[name];
      return [name, text === undefined ? numbers[name] : count(name, text)];
    }),
  ) as Record<Name, number>;
  moveToLabCore();
  const arena = await openShop(labCore);
  try {
    for (const contestant of listContestants(readFamilies(values.gateways), [values.node])) {
      const gateway = await startContestant(contestant, arena.surroundings, gatewayCore);
      const ours = contestant.name.startsWith("ours");
      try {
        await measure({ name: contestant.name, gateway, arena, ours }, read);
      } finally {
        await gateway.stop();
      }
    }
  } finally {
    await arena.stop();
  }
}
