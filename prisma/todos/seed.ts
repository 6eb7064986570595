import pg from "pg";
import { type Cell, copyRows, nextSeedIndex } from "../copy-rows.ts";
import { withoutIndexes } from "../without-indexes.ts";
import { makeLists, type SeedPlan } from "./make-lists.ts";
import { makeTodo, todoColumns } from "./make-todo.ts";

const todosPerList = 12.5;

export interface SeedTodosOptions {
  readonly count: number;
  /** The made-up users that lists belong to, by their numbers. */
  readonly users: { readonly first: number; readonly count: number };
  /** One for 12.5 todos, unless given. */
  readonly lists?: number;
  /** Leaves tables alone that hold any list. */
  readonly onlyIfEmpty?: boolean;
  /** Milliseconds since the epoch that dates are relative to. */
  readonly now?: number;
  readonly onRows?: (rows: number) => void;
}

export interface SeededTodos {
  readonly lists: number;
  readonly members: number;
  readonly todos: number;
}

/** Makes up lists with members and todos, all or none, with ids that only depend on their numbers. */
export async function seedTodos(url: string, options: SeedTodosOptions): Promise<SeededTodos> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query("BEGIN");
    // Two that seed at once would choose the same numbers.
    await client.query("SELECT pg_advisory_xact_lock(hashtext('seed'))");
    if (
      options.onlyIfEmpty === true &&
      (await client.query("SELECT FROM lists LIMIT 1")).rowCount
    ) {
      return { lists: 0, members: 0, todos: 0 };
    }
    const plan: SeedPlan = {
      lists: {
        first: await nextSeedIndex(client, "lists"),
        count: options.lists ?? Math.ceil(options.count / todosPerList),
      },
      todos: { first: await nextSeedIndex(client, "todos"), count: options.count },
      users: options.users,
      now: options.now ?? Date.now(),
    };
    const copy = (
      table: string,
      columns: string,
      rows: Iterable<readonly Cell[]>,
    ): Promise<number> =>
      copyRows(client, { table, columns: columns.split(" "), onRows: options.onRows }, rows);
    const made = await withoutIndexes(
      client,
      ["lists", "list_members", "todos"],
      options.count,
      async () => ({
        lists: await copy(
          "lists",
          "id name visibility owner_id created_at updated_at version",
          listRows(plan),
        ),
        members: await copy("list_members", "list_id user_id role added_at", memberRows(plan)),
        todos: await copy("todos", todoColumns, todoRows(plan)),
      }),
    );
    await client.query("COMMIT");
    // Outside the transaction: it sorts the new entries into the text indexes and counts rows for the planner.
    await client.query("VACUUM (ANALYZE) lists, list_members, todos");
    return made;
  } finally {
    await client.end();
  }
}

// Lists are made up anew for each table: that costs less than remembering millions of them.

function* listRows(plan: SeedPlan): Generator<readonly Cell[]> {
  for (const list of makeLists(plan)) {
    yield [
      list.id,
      list.name,
      list.isPublic ? "PUBLIC" : "PRIVATE",
      list.members[0].id,
      new Date(list.createdAt),
      new Date(list.updatedAt),
      list.version,
    ];
  }
}

function* memberRows(plan: SeedPlan): Generator<readonly Cell[]> {
  for (const { id, members } of makeLists(plan)) {
    for (const member of members) yield [id, member.id, member.role, new Date(member.addedAt)];
  }
}

function* todoRows(plan: SeedPlan): Generator<readonly Cell[]> {
  for (const list of makeLists(plan)) {
    const { first, count } = list.todos;
    for (let index = first; index < first + count; index += 1)
      yield makeTodo(list, index, plan.now);
  }
}
