import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { type Bar, Presets, SingleBar } from "cli-progress";
import { seedTodos } from "../prisma/todos/seed.ts";
import { seedUsers } from "../prisma/users/seed.ts";
import { ConfigError, readEnv } from "../runtime/env.ts";
import { sentence } from "../runtime/run-process.ts";
import { openDatabases } from "./seed/open-databases.ts";

const demo = { users: 50, lists: 120, todos: 1500 } as const;

const usage =
  "Usage: npm run seed -- [--users N] [--todos M] [--yes], each a whole number up to 100,000,000; " +
  "todos go to the users that are made now, or else to those of an earlier seed.";

interface Wish {
  readonly users: number;
  readonly todos: number;
  readonly yes: boolean;
  /** The demo data, and that only into databases that are empty. */
  readonly demo: boolean;
}

/** Fills the databases with made-up users and todos, beside what they hold already. */
async function seed(): Promise<void> {
  const wish = readWish(process.argv.slice(2));
  const databases = await openDatabases(readEnv(), {
    yes: wish.yes,
    dist: dirname(dirname(fileURLToPath(import.meta.url))),
  });
  try {
    if (wish.demo) await seedDemo(databases);
    else await seedMany(databases, wish);
  } finally {
    await databases.close();
  }
}

interface Urls {
  readonly users: string;
  readonly todos: string;
}

async function seedDemo(urls: Urls): Promise<void> {
  const now = Date.now();
  const { first, rows } = await seedUsers(urls.users, {
    count: demo.users,
    onlyIfEmpty: true,
    now,
  });
  // Lists need the accounts of the demo data, made now or earlier, and not others that are there instead.
  if (rows === 0 && first < demo.users) return;
  await seedTodos(urls.todos, {
    count: demo.todos,
    lists: demo.lists,
    users: { first: 0, count: demo.users },
    onlyIfEmpty: true,
    now,
  });
}

async function seedMany(urls: Urls, { users, todos }: Wish): Promise<void> {
  const started = performance.now();
  const made = await withBar("users", users, (onRows) =>
    seedUsers(urls.users, { count: users, onRows }),
  );
  const owners = users > 0 ? { first: made.first, count: users } : { first: 0, count: made.first };
  if (todos > 0 && owners.count === 0) {
    throw new ConfigError("There is no made-up user that todos could belong to: add --users N.");
  }
  let rows = made.rows;
  if (todos > 0) {
    const { lists, members, ...rest } = await withBar("lists, members, todos", todos, (onRows) =>
      seedTodos(urls.todos, { count: todos, users: owners, onRows }),
    );
    rows += lists + members + rest.todos;
    print(`${made.rows} users, ${lists} lists with ${members} members, ${rest.todos} todos`);
  }
  const seconds = (performance.now() - started) / 1000;
  print(`${rows} rows in ${seconds.toFixed(1)} s, ${Math.round(rows / seconds)} rows/s`);
}

async function withBar<Result>(
  what: string,
  total: number,
  work: (onRows: (rows: number) => void) => Promise<Result>,
): Promise<Result> {
  const bar: Bar = new SingleBar(
    { format: `{bar} {percentage}% {value} rows ({duration_formatted}) ${what}`, hideCursor: true },
    Presets.shades_classic,
  );
  let done = 0;
  bar.start(total, 0);
  try {
    return await work((rows) => {
      done += rows;
      // How many lists and members a number of todos makes is only known at the end.
      if (done > bar.getTotal()) bar.setTotal(done);
      bar.update(done);
    });
  } finally {
    bar.stop();
  }
}

function readWish(args: readonly string[]): Wish {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        users: { type: "string", default: "0" },
        todos: { type: "string", default: "0" },
        demo: { type: "boolean", default: false },
        yes: { type: "boolean", default: false },
      },
    });
    const wish = { ...values, users: readCount(values.users), todos: readCount(values.todos) };
    if (wish.demo || wish.users + wish.todos > 0) return wish;
  } catch {
    // The usage says what is allowed.
  }
  throw new ConfigError(usage);
}

function readCount(text: string): number {
  const count = /^\d{1,9}$/.test(text) ? Number(text) : Number.POSITIVE_INFINITY;
  if (count > 100_000_000) throw new ConfigError(usage);
  return count;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

seed().catch((error: unknown) => {
  const noTable = error instanceof Error && "code" in error && error.code === "42P01";
  const missing = "The database has no tables yet: run npm run migrate first.";
  process.stderr.write(`${noTable ? missing : sentence(error)}\n`);
  process.exitCode = 1;
});
