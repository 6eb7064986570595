import type { Viewer } from "../../runtime/identity.ts";
import type { Pages } from "../kit/connection.ts";
import { createLoader, type Loader } from "../kit/loader.ts";
import type { Page } from "../kit/pagination.ts";
import type { Positions } from "../kit/positions.ts";
import type {
  ListColumn,
  ListRow,
  MemberColumn,
  MemberRow,
  TodoColumn,
  TodoRow,
} from "./store/rows.ts";
import type { Store } from "./store/store.ts";
import type { StatsColumn, TodoCounts, TodoPage, TodoParent } from "./store/todo-reads.ts";

/** The reads of one request. The same read asked for in several places of an operation is one loader, so one statement. */
export interface Loaders {
  readonly todos: ById<TodoRow, TodoColumn>;
  readonly lists: ById<ListRow, ListColumn>;
  todosOf(parent: TodoParent, query: TodoPage): Pages<TodoRow, TodoColumn>;
  /** Of the viewer's lists; the key is of no account. */
  allTodos(query: TodoPage): Pages<TodoRow, TodoColumn>;
  statsOf(parent: TodoParent, now: string): Loader<TodoCounts, StatsColumn>;
  listsOfUsers(page: Page<ListColumn>): Pages<ListRow, ListColumn>;
  /** The key is of no account. */
  publicLists(page: Page<ListColumn>): Pages<ListRow, ListColumn>;
  membersOf(page: Page<MemberColumn>): Pages<MemberRow, MemberColumn>;
}

/** Gives null for what does not exist or may not be seen. */
type ById<Row, Column extends string> = Loader<Row | null, Column>;

/** Parents in one statement at most. */
const maxBatch = 10_000;

export function createLoaders(store: Store, positions: Positions, viewer: Viewer): Loaders {
  const { lists, todos } = store;
  const oneKey = <Value>(value: Value): ReadonlyMap<string, Value> => new Map([["", value]]);

  function rowsLoader<Row, Column extends string>(
    key: readonly unknown[],
    read: (ids: Ids, columns: readonly Column[]) => Promise<ReadonlyMap<string, readonly Row[]>>,
  ): Loader<readonly Row[], Column> {
    return positions.shared(JSON.stringify(["rows", ...key]), () =>
      createLoader<readonly Row[], Column>({ read, missing: () => [], maxBatch }),
    );
  }

  function totalsLoader(
    key: readonly unknown[],
    read: (ids: Ids) => Promise<ReadonlyMap<string, number>>,
  ): Loader<number, never> {
    return positions.shared(JSON.stringify(["totals", ...key]), () =>
      createLoader<number, never>({ read, missing: () => 0, maxBatch }),
    );
  }

  return {
    todos: createLoader<TodoRow | null, TodoColumn>({
      read: (ids, columns) => todos.byIds(ids, columns, viewer),
      missing: () => null,
      maxBatch,
    }),
    lists: createLoader<ListRow | null, ListColumn>({
      read: (ids, columns) => lists.byIds(ids, columns, viewer),
      missing: () => null,
      maxBatch,
    }),
    todosOf: (parent, query) => ({
      rows: rowsLoader(["todosOf", parent, query], (ids, columns) =>
        todos.pages(parent, ids, query, columns, viewer),
      ),
      totals: totalsLoader(["todosOf", parent, query.filter], (ids) =>
        todos.totals(parent, ids, query.filter, viewer),
      ),
    }),
    allTodos: (query) => ({
      rows: rowsLoader(["allTodos", query], async (_, columns) =>
        oneKey(await todos.page(query, columns, viewer)),
      ),
      totals: totalsLoader(["allTodos", query.filter], async () =>
        oneKey(await todos.total(query.filter, viewer)),
      ),
    }),
    statsOf: (parent, now) =>
      positions.shared(JSON.stringify(["stats", parent]), () =>
        createLoader<TodoCounts, StatsColumn>({
          read: (ids, counts) => todos.stats(parent, ids, counts, now, viewer),
          missing: () => ({ total: 0, open: 0, done: 0, overdue: 0 }),
          maxBatch,
        }),
      ),
    listsOfUsers: (page) => ({
      rows: rowsLoader(["listsOfUsers", page], (ids, columns) =>
        lists.pagesOfUsers(ids, page, columns, viewer),
      ),
      totals: totalsLoader(["listsOfUsers"], (ids) => lists.totalsOfUsers(ids, viewer)),
    }),
    publicLists: (page) => ({
      rows: rowsLoader(["publicLists", page], async (_, columns) =>
        oneKey(await lists.publicPage(page, columns)),
      ),
      totals: totalsLoader(["publicLists"], async () => oneKey(await lists.publicTotal())),
    }),
    membersOf: (page) => ({
      rows: rowsLoader(["membersOf", page], (ids, columns) =>
        lists.pagesOfMembers(ids, page, columns, viewer),
      ),
      totals: totalsLoader(["membersOf"], (ids) => lists.totalsOfMembers(ids, viewer)),
    }),
  };
}

type Ids = readonly string[];
