import { type EntityReads, type EntityReadsOptions, placeOf } from "./entity-reads.ts";

/**
 * Several reads that belong together, such as a row and who may see it. Each of them is right when it is read; together they are
 * right when none of them was dropped until the last is read. Otherwise, or where nobody hears what is dropped, one statement must
 * tell them as they were at one moment.
 * @param work reads by what it is given, and nothing else
 * @param otherwise asks the database
 */
export type ReadTogether = <Value>(
  work: (read: EntityReads["read"]) => Promise<Value>,
  otherwise: () => Promise<Value>,
) => Promise<Value>;

/** Read while the process itself has changed it and others do not know yet. */
const unsettled = Symbol("unsettled");

export function createReadTogether(
  {
    first,
    isCurrent,
    isUnsettled,
  }: Pick<EntityReadsOptions, "first" | "isCurrent" | "isUnsettled">,
  { read }: EntityReads,
): ReadTogether {
  return async (work, otherwise) => {
    if (!isCurrent()) return otherwise();
    const since = first.mark();
    const guards: string[] = [];
    const readOne: EntityReads["read"] = (kind, ids, readRows) => {
      for (const id of ids) guards.push(...placeOf(kind, id).guards);
      return isUnsettled(guards) ? Promise.reject(unsettled) : read(kind, ids, readRows);
    };
    try {
      const value = await work(readOne);
      if (isCurrent() && !first.droppedSince(guards, since)) return value;
    } catch (error) {
      if (error !== unsettled) throw error;
    }
    return otherwise();
  };
}
