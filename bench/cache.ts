import { parseArgs } from "node:util";
import { type HotKeyOptions, hotKey } from "./cache/hot-key.ts";
import { hotReads, type LoadOptions } from "./cache/hot-reads.ts";
import { misses } from "./cache/misses.ts";
import { askForEntities, askForLists, askForPages, askForUsers } from "./cache/questions.ts";
import { relayLag } from "./cache/relay-lag.ts";
import { type Sides, startSides } from "./cache/sides.ts";
import { someWrites } from "./cache/some-writes.ts";
import { countingSettings } from "./cache/statements.ts";
import { zipfRank } from "./cache/zipf.ts";
import { gatewayCore, moveToLabCore } from "./gateways/cores.ts";
import { among, count, defaultNodes } from "./gateways/options.ts";
import { withClient } from "./house.ts";

const data = { users: 10_000, todos: 200_000 };
const connections = 16;
/** Entities in one call of users, as on a page, and how many different calls there are. */
const page = { size: 20, pages: 2_000 };
/** Lists that are asked for. */
const hotLists = 2_000;
const figureNames = ["user", "list", "entities", "miss", "hot-key", "relay", "writes"] as const;

/**
 * `npm run bench -- cache [--users 10000] [--todos 200000] [--rounds 3] [--seconds 4] [--hot-seconds 75] [--hot-rate 5000] [--node PATH]
 * [--figures user,list,entities,miss,hot-key,relay,writes]`: two houses with the same data, one with the cache and one without, measured in turn. Needs a `redis-server` on the PATH.
 */
export async function benchCache(...args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      users: { type: "string", default: String(data.users) },
      todos: { type: "string", default: String(data.todos) },
      rounds: { type: "string", default: "3" },
      seconds: { type: "string", default: "4" },
      "hot-seconds": { type: "string", default: "75" },
      "hot-rate": { type: "string", default: "5000" },
      node: { type: "string", default: defaultNodes()[0] ?? process.execPath },
      figures: { type: "string", default: figureNames.join(",") },
    },
  });
  moveToLabCore();
  const sides = await startSides({
    users: count("users", values.users),
    todos: count("todos", values.todos),
    core: gatewayCore,
    node: values.node,
    settings: countingSettings,
  });
  try {
    const options = {
      connections,
      rounds: count("rounds", values.rounds),
      duration: count("seconds", values.seconds) * 1_000,
    };
    const hot = {
      seconds: count("hot-seconds", values["hot-seconds"]),
      rate: count("hot-rate", values["hot-rate"]),
    };
    const all = await figures(sides, options, hot);
    for (const name of among("figures", values.figures, figureNames)) {
      for await (const line of all[name]()) process.stdout.write(`${line}\n`);
    }
  } finally {
    await sides.stop();
  }
}

type Figure = () => AsyncGenerator<string>;

async function figures(
  sides: Sides,
  options: LoadOptions,
  hot: HotKeyOptions,
): Promise<Readonly<Record<(typeof figureNames)[number], Figure>>> {
  const users = await idsOf(sides, "users");
  const lists = (await idsOf(sides, "lists")).slice(0, hotLists);
  const user = askForUsers(users);
  const pages = Array.from({ length: page.pages }, () =>
    Array.from({ length: page.size }, () => users[zipfRank(users.length)] ?? ""),
  );
  return {
    user: () => hotReads(sides, user, options),
    list: () => hotReads(sides, askForLists(lists), options),
    entities: () => hotReads(sides, askForEntities(pages), options),
    async *miss() {
      const all = { pageSize: page.size, connections, ids: users };
      yield* misses(sides, askForEntities, all);
      yield* misses(sides, askForPages, all);
    },
    "hot-key": () => hotKey(sides.on, user.bodies[0] ?? "", hot),
    relay: () => relayLag(sides.on, 60),
    writes: () => someWrites(sides, user, { connections, requests: 20_000 }),
  };
}

/** In the order in which they were made. */
async function idsOf(
  { off: { house } }: Sides,
  table: "users" | "lists",
): Promise<readonly string[]> {
  return withClient(house.databaseUrl(table === "users" ? "users" : "todos"), async (client) => {
    const { rows } = await client.query<{ id: string }>(`SELECT id FROM ${table} ORDER BY id`);
    return rows.map(({ id }) => id);
  });
}
