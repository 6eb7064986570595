import type { EntityCache } from "../../kit/cache/entity-cache.ts";
import { pageKey } from "../../kit/cache/page-key.ts";
import { type PartKind, partKey } from "../../kit/cache/read-parts.ts";
import type { SeeLists } from "./cached-access.ts";
import {
  cachedTodoColumns,
  kinds,
  partsOfLists,
  partsOfUsers,
  publicParts,
} from "./cached-kinds.ts";
import type { CachedParts } from "./cached-parts.ts";
import type { TodoColumn, TodoRow } from "./rows.ts";
import type { TodoFilter } from "./todo-filter.ts";
import type { TimedCounts, TodoReads } from "./todo-reads.ts";
import { theCache } from "./visible-to.ts";

type Ids = readonly string[];

/** Reads todos through the cache, what it does not keep from the store. */
export function cacheTodos(
  todos: TodoReads,
  { readTogether }: Pick<EntityCache, "readTogether">,
  see: SeeLists,
  parts: CachedParts,
): TodoReads {
  return {
    byIds: (ids, columns, viewer) => {
      const fromStore = () => todos.byIds(ids, columns, viewer);
      if (viewer.kind === "cache" || !columns.every(isCached)) return fromStore();
      return readTogether(async (read) => {
        const rows = await read<TodoRow>(kinds.todo, ids, (missing) =>
          todos.byIds(missing, cachedTodoColumns, theCache),
        );
        const found = [...rows].flatMap(([id, row]) => (row === null ? [] : [{ id, row }]));
        const listIds = new Set(found.map(({ row }) => row.listId ?? ""));
        const seen = await see(read, [...listIds], viewer);
        const visible = found.filter(({ row }) => seen.has(row.listId ?? ""));
        // Copies: who gets a row may write on it.
        return new Map(visible.map(({ id, row }) => [id, { ...row }]));
      }, fromStore);
    },
    pages: (parent, ids, query, columns, viewer) => {
      const fromStore = () => todos.pages(parent, ids, query, columns, viewer);
      if (!columns.every(isCached) || !isKept(query.filter)) return fromStore();
      const key = pageKey(query.page, query.filter);
      if (parent === "TodoList") {
        return parts.ofLists(partsOfLists.todos, ids, key, viewer, (some, beholder) =>
          todos.pages(parent, some, query, cachedTodoColumns, beholder),
        );
      }
      const from = (some: Ids) => todos.pages(parent, some, query, cachedTodoColumns, viewer);
      return parts.ofUsers(partsOfUsers.todos, ids, key, viewer, from) ?? fromStore();
    },
    totals: (parent, ids, filter, viewer) => {
      const fromStore = () => todos.totals(parent, ids, filter, viewer);
      if (!isKept(filter)) return fromStore();
      const key = partKey([], filter);
      if (parent === "TodoList") {
        return parts.ofLists(partsOfLists.todoTotal, ids, key, viewer, (some, beholder) =>
          todos.totals(parent, some, filter, beholder),
        );
      }
      const from = (some: Ids) => todos.totals(parent, some, filter, viewer);
      return parts.ofUsers(partsOfUsers.todoTotal, ids, key, viewer, from) ?? fromStore();
    },
    stats: (parent, ids, counts, now, viewer) => {
      if (parent === "TodoList") {
        const kind = atTime(partsOfLists.stats, now);
        return parts.ofLists(kind, ids, "", viewer, async (some, beholder) =>
          countedAt(now, await todos.stats(parent, some, allCounts, now, beholder)),
        );
      }
      const from = async (some: Ids) =>
        countedAt(now, await todos.stats(parent, some, allCounts, now, viewer));
      const kinds = {
        public: atTime(partsOfUsers.stats.public, now),
        own: atTime(partsOfUsers.stats.own, now),
      };
      return (
        parts.ofUsers(kinds, ids, "", viewer, from) ?? todos.stats(parent, ids, counts, now, viewer)
      );
    },
    async page(query, columns, viewer) {
      const fromStore = () => todos.page(query, columns, viewer);
      const isPublic = viewer.kind === "anonymous" && columns.every(isCached);
      if (!isPublic || !isKept(query.filter)) return fromStore();
      const from = () => todos.page(query, cachedTodoColumns, viewer);
      const key = pageKey(query.page, query.filter);
      return (await parts.ofAll(publicParts.todos, key, from)) ?? [];
    },
    async total(filter, viewer) {
      const fromStore = () => todos.total(filter, viewer);
      if (viewer.kind !== "anonymous" || !isKept(filter)) return fromStore();
      return (await parts.ofAll(publicParts.todoTotal, partKey([], filter), fromStore)) ?? 0;
    },
  };
}

function isCached(column: TodoColumn): boolean {
  return (cachedTodoColumns as readonly TodoColumn[]).includes(column);
}

/** What people type, and times that go with the clock, are seldom asked for again. */
function isKept({ dueAfter, dueBefore, text }: TodoFilter): boolean {
  return (dueAfter ?? dueBefore ?? text) === undefined;
}

const allCounts = ["total", "open", "done", "overdue", "nextDue"] as const;

interface KeptCounts extends TimedCounts {
  /** When they were counted, as RFC 3339 text. */
  readonly at: string;
}

function countedAt(
  at: string,
  counts: ReadonlyMap<string, TimedCounts>,
): ReadonlyMap<string, KeptCounts> {
  return new Map([...counts].map(([id, one]) => [id, { ...one, at }]));
}

/** Counts hold from when they were made until the next todo is due: then one more is overdue, and nobody wrote anything. */
function atTime(kind: PartKind, now: string): PartKind {
  const time = Date.parse(now);
  return {
    ...kind,
    holds(value) {
      const { at, nextDue } = value as KeptCounts;
      return Date.parse(at) <= time && (nextDue == null || time <= Date.parse(nextDue));
    },
  };
}
