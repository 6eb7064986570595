import { hash } from "@node-rs/argon2";
import pg from "pg";
import { type Cell, copyRows, nextSeedIndex } from "../copy-rows.ts";
import { createDraws, seedId } from "../seed-ids.ts";
import { withoutIndexes } from "../without-indexes.ts";
import { firstNames, lastNames, pioneers } from "./seed-names.ts";

/** Every made-up account's. */
const seedPassword = "correct-horse-battery";

const day = 86_400_000;
/** As the users subgraph hashes: argon2id, 19 MiB, two passes, one thread. */
const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

export interface SeedUsersOptions {
  readonly count: number;
  /** Number of the first one; after those that are there already, unless given. */
  readonly first?: number;
  /** Leaves a table alone that holds anybody. */
  readonly onlyIfEmpty?: boolean;
  /** Milliseconds since the epoch that dates are relative to. */
  readonly now?: number;
  readonly onRows?: (rows: number) => void;
}

/**
 * Makes up users, all or none, with ids that only depend on their numbers. Number 0 is ada, an ADMIN, number 1 is grace.
 * @returns the number of the first one and how many rows were written
 */
export async function seedUsers(
  url: string,
  options: SeedUsersOptions,
): Promise<{ readonly first: number; readonly rows: number }> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query("BEGIN");
    // Two that seed at once would choose the same numbers.
    await client.query("SELECT pg_advisory_xact_lock(hashtext('seed'))");
    const first = options.first ?? (await nextSeedIndex(client, "users"));
    if (
      options.onlyIfEmpty === true &&
      (await client.query("SELECT FROM users LIMIT 1")).rowCount
    ) {
      return { first, rows: 0 };
    }
    const columns =
      "id handle name email role avatar_url password_hash created_at updated_at".split(" ");
    const passwordHash = await hash(seedPassword, cost);
    const people = makeUsers(first, options.count, passwordHash, options.now ?? Date.now());
    const rows = await withoutIndexes(client, ["users"], options.count, () =>
      copyRows(client, { table: "users", columns, onRows: options.onRows }, people),
    );
    await client.query("COMMIT");
    // Outside the transaction: it sorts the new entries into the search index and counts rows for the planner.
    await client.query("VACUUM (ANALYZE) users");
    return { first, rows };
  } finally {
    await client.end();
  }
}

function* makeUsers(
  first: number,
  count: number,
  passwordHash: string,
  now: number,
): Generator<readonly Cell[]> {
  for (let index = first; index < first + count; index += 1) {
    const draw = createDraws("user", index);
    const { handle, name } = makeName(index, draw);
    const id = seedId("user", index);
    // The first account is the oldest, a good year; nobody came today.
    const created = now - 400 * day + Math.floor(((index - first + draw()) / count) * 398 * day);
    yield [
      id,
      handle,
      name,
      `${handle}@example.com`,
      index === 0 ? "ADMIN" : "USER",
      draw() < 0.7 ? `https://avatars.example.com/${handle}.png` : null,
      passwordHash,
      new Date(created),
      new Date(created + Math.floor(draw() * (now - created))),
    ];
  }
}

function makeName(index: number, draw: () => number): { handle: string; name: string } {
  const pioneer = pioneers[index];
  if (pioneer !== undefined) return { handle: plain(pioneer.split(" ")[0] ?? ""), name: pioneer };
  const first = firstNames[Math.floor(draw() * firstNames.length)] ?? "";
  const last = lastNames[Math.floor(draw() * lastNames.length)] ?? "";
  return {
    handle: `${plain(first)}_${plain(last)}_${index.toString(36)}`,
    name: `${first} ${last}`,
  };
}

function plain(name: string): string {
  return name
    .normalize("NFD")
    .toLowerCase()
    .replace(/[^a-z]/g, "");
}
