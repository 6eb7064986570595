import { createHash } from "node:crypto";
import type { EntityKind, EntityReads, ReadRows } from "./entity-reads.ts";

/** A kind of what parents have: pages, counts. */
export interface PartKind extends Pick<EntityKind, "version" | "holds" | "isPublic"> {
  readonly name: string;
  /** By whose drop a part of this parent becomes old. */
  readonly tagsOf: (parent: string) => readonly string[];
}

/**
 * Reads the same part of several parents.
 * @param part which one, of all that a parent has; see `partKey`
 * @param readParts of the parents that are given; what is not among them is null
 */
export async function readParts<Value>(
  read: EntityReads["read"],
  { tagsOf, ...kind }: PartKind,
  parents: readonly string[],
  part: string,
  readParts: ReadRows<Value>,
): Promise<ReadonlyMap<string, Value>> {
  const suffix = `?${part}`;
  const parentOf = (id: string): string => id.slice(0, -suffix.length);
  const found = await read<Value>(
    { ...kind, tags: (id) => tagsOf(parentOf(id)) },
    parents.map((parent) => `${parent}${suffix}`),
    async (ids) => {
      const values = await readParts(ids.map(parentOf));
      return new Map([...values].map(([parent, value]) => [`${parent}${suffix}`, value]));
    },
  );
  return new Map(
    [...found].flatMap(([id, value]) => (value === null ? [] : [[parentOf(id), value] as const])),
  );
}

/** The name of a part: in words what few clients differ in, and a digest of the rest, when there is any. */
export function partKey(words: readonly (string | number)[], rest: object): string {
  const json = JSON.stringify(rest);
  if (json === "{}") return words.join(",");
  return [...words, createHash("sha256").update(json).digest("base64url").slice(0, 22)].join(",");
}
