import type { FieldNode, GraphQLResolveInfo } from "graphql";

/**
 * Remembers, for one request, what was worked out for a field position: arguments, columns, the loader.
 * graphql-js hands the same `fieldNodes` array to all siblings of a position, so parents share one entry.
 */
export interface Positions {
  /** The entry of this position, made at its first parent. */
  at<Entry>(info: GraphQLResolveInfo, make: () => Entry): Entry;
  /** One entry for all positions that agree on `key`: the same field and arguments under two aliases share a loader. */
  shared<Entry>(key: string, make: () => Entry): Entry;
}

export function createPositions(): Positions {
  const byNodes = new WeakMap<readonly FieldNode[], unknown>();
  const byKey = new Map<string, unknown>();
  return {
    at: <Entry>(info: GraphQLResolveInfo, make: () => Entry) => {
      const known = byNodes.get(info.fieldNodes);
      if (known !== undefined) return known as Entry;
      const entry = make();
      byNodes.set(info.fieldNodes, entry);
      return entry;
    },
    shared: <Entry>(key: string, make: () => Entry) => {
      const known = byKey.get(key);
      if (known !== undefined) return known as Entry;
      const entry = make();
      byKey.set(key, entry);
      return entry;
    },
  };
}
