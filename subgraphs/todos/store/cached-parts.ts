import type { Viewer } from "../../../runtime/identity.ts";
import type { EntityCache } from "../../kit/cache/entity-cache.ts";
import type { EntityReads } from "../../kit/cache/entity-reads.ts";
import { type PartKind, readParts } from "../../kit/cache/read-parts.ts";
import { isPublic, type SeeLists } from "./cached-access.ts";
import type { KindsOfUsers } from "./cached-kinds.ts";
import { type Beholder, theCache } from "./visible-to.ts";

type Ids = readonly string[];
type ByParent<Value> = Promise<ReadonlyMap<string, Value>>;
type Read = EntityReads["read"];

/** Pages, counts and stats through the cache. */
export interface CachedParts {
  /**
   * Of those of the lists that the viewer may see; it is the same for all who do.
   * @param from the database, for a viewer or for the cache
   */
  ofLists<Value>(
    kind: PartKind,
    ids: Ids,
    part: string,
    viewer: Beholder,
    from: (ids: Ids, viewer: Beholder) => ByParent<Value>,
  ): ByParent<Value>;
  /** Of users, as the anonymous see them, or of the viewer themself. Undefined for others: what they see depends on who they are. */
  ofUsers<Value>(
    kinds: KindsOfUsers,
    ids: Ids,
    part: string,
    viewer: Beholder,
    from: (ids: Ids) => ByParent<Value>,
    read?: Read,
  ): ByParent<Value> | undefined;
  /** Of all that is public. */
  ofAll<Value>(
    kind: PartKind,
    part: string,
    from: () => Promise<Value>,
  ): Promise<Value | undefined>;
}

export function createCachedParts(
  see: SeeLists,
  cache: Pick<EntityCache, "read" | "readTogether">,
): CachedParts {
  async function ofSeen<Value>(
    read: Read,
    kind: PartKind,
    ids: Ids,
    part: string,
    viewer: Viewer,
    from: (ids: Ids) => ByParent<Value>,
  ): ByParent<Value> {
    const seen = await see(read, ids, viewer);
    const allPublic = [...seen.values()].every(({ row }) => isPublic(row));
    return readParts(read, { ...kind, isPublic: () => allPublic }, [...seen.keys()], part, from);
  }

  return {
    ofLists: (kind, ids, part, viewer, from) =>
      viewer.kind === "cache"
        ? from(ids, viewer)
        : cache.readTogether(
            (read) => ofSeen(read, kind, ids, part, viewer, (some) => from(some, theCache)),
            () => from(ids, viewer),
          ),
    ofUsers: (kinds, ids, part, viewer, from, read = cache.read) => {
      const eye = eyeOf(ids, viewer);
      return eye && readParts(read, kinds[eye], ids, part, from);
    },
    async ofAll(kind, part, from) {
      const found = await readParts(cache.read, kind, [""], part, async () => {
        return new Map([["", await from()]]);
      });
      return found.get("");
    },
  };
}

function eyeOf(userIds: Ids, viewer: Beholder): keyof KindsOfUsers | undefined {
  if (viewer.kind === "anonymous") return "public";
  return viewer.kind === "user" && userIds.every((id) => id === viewer.id) ? "own" : undefined;
}
