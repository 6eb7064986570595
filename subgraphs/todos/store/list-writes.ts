import sql from "sql-template-tag";
import type { ListRole, Prisma, Visibility } from "../../../prisma/todos/generated/client.ts";
import type { Viewer } from "../../../runtime/identity.ts";
import { arrayOf } from "../../kit/read-rows.ts";
import type { Changes, WrittenTodo } from "./changes.ts";
import { roleIn } from "./rows.ts";
import { visibleTo } from "./visible-to.ts";

/** Writes of lists and their members, inside a transaction. */
export interface ListWrites {
  /**
   * Holds a list that the viewer may see: until the transaction ends nobody else changes its members or deletes it,
   * while others write its todos too. Undefined when there is none.
   */
  hold(id: string, viewer: Viewer): Promise<HeldList | undefined>;
  /** Locks a list that the viewer may see, alone. Undefined when there is none. */
  lock(id: string, viewer: Viewer): Promise<LockedList | undefined>;
  /** The owners, and those of the users who are members; the oldest first. Read after `lock`, it stays true. */
  ownersAnd(id: string, userIds: readonly string[]): Promise<readonly Member[]>;
  /** Those of the users who are members of each of the lists, as `listId/userId`. Read after `hold`, it stays true. */
  memberships(listIds: readonly string[], userIds: readonly string[]): Promise<ReadonlySet<string>>;
  insert(list: NewList, at: Date): Promise<void>;
  /** False when the version is not this one any more. */
  update(id: string, version: number, changes: ListChanges, at: Date): Promise<boolean>;
  setOwner(id: string, ownerId: string, at: Date): Promise<void>;
  delete(id: string): Promise<void>;
  addMember(id: string, userId: string, role: ListRole, at: Date): Promise<void>;
  setRole(id: string, userId: string, role: ListRole): Promise<void>;
  removeMember(id: string, userId: string): Promise<void>;
}

export interface HeldList {
  readonly id: string;
  readonly isPublic: boolean;
  readonly role: ListRole | null;
}

export interface LockedList {
  readonly id: string;
  readonly ownerId: string;
  readonly isPublic: boolean;
  readonly version: number;
}

export interface Member {
  readonly userId: string;
  readonly role: ListRole;
}

export interface NewList {
  readonly id: string;
  readonly name: string;
  readonly visibility: Visibility;
  readonly ownerId: string;
}

export interface ListChanges {
  readonly name?: string | undefined;
  readonly visibility?: Visibility | undefined;
}

export function createListWrites(
  transaction: Prisma.TransactionClient,
  changes: Changes,
): ListWrites {
  const { listMember, todoList } = transaction;

  async function membersOf(id: string): Promise<readonly string[]> {
    const members = await transaction.$queryRaw<{ userId: string }[]>(
      sql`SELECT m.user_id AS "userId" FROM list_members m WHERE m.list_id = ${id}::uuid`,
    );
    return members.map(({ userId }) => userId);
  }

  /** What is in the list, with nobody writing there, is to appear or disappear with it. @returns its members */
  async function expose(id: string): Promise<readonly string[]> {
    const members = await membersOf(id);
    const todos = await transaction.$queryRaw<WrittenTodo[]>(
      sql`SELECT t.id, t.owner_id AS "ownerId" FROM todos t WHERE t.list_id = ${id}::uuid`,
    );
    changes.exposure(id, members, todos);
    return members;
  }

  return {
    async hold(id, viewer) {
      const [list] = await transaction.$queryRaw<HeldList[]>(
        sql`SELECT l.id, l.visibility = 'PUBLIC' AS "isPublic", ${roleIn(viewer)}::text AS role FROM lists l WHERE l.id = ${id}::uuid AND ${visibleTo(viewer)} FOR KEY SHARE OF l`,
      );
      if (list !== undefined) changes.saw(id, list.isPublic);
      return list;
    },
    async lock(id, viewer) {
      const [list] = await transaction.$queryRaw<LockedList[]>(
        sql`SELECT l.id, l.owner_id AS "ownerId", l.visibility = 'PUBLIC' AS "isPublic", l.version FROM lists l WHERE l.id = ${id}::uuid AND ${visibleTo(viewer)} FOR UPDATE OF l`,
      );
      if (list !== undefined) changes.saw(id, list.isPublic);
      return list;
    },
    // A statement of its own: one that waited for the lock would still see the members of before.
    ownersAnd: (id, userIds) =>
      transaction.$queryRaw<Member[]>(
        sql`SELECT m.user_id AS "userId", m.role::text AS role FROM list_members m WHERE m.list_id = ${id}::uuid AND (m.role = 'OWNER' OR m.user_id = ANY(${arrayOf(userIds)}::uuid[])) ORDER BY m.added_at, m.user_id`,
      ),
    async memberships(listIds, userIds) {
      const members = await transaction.$queryRaw<{ listId: string; userId: string }[]>(
        sql`SELECT m.list_id AS "listId", m.user_id AS "userId" FROM list_members m WHERE m.list_id = ANY(${arrayOf(listIds)}::uuid[]) AND m.user_id = ANY(${arrayOf(userIds)}::uuid[])`,
      );
      return new Set(members.map(({ listId, userId }) => `${listId}/${userId}`));
    },
    async insert({ ownerId, ...list }, at) {
      await todoList.createMany({ data: { ...list, ownerId, createdAt: at, updatedAt: at } });
      const owner = { listId: list.id, userId: ownerId, role: "OWNER", addedAt: at } as const;
      await listMember.createMany({ data: owner });
      changes.saw(list.id, list.visibility === "PUBLIC");
      changes.list(list.id, [ownerId]);
      changes.member(list.id, ownerId);
    },
    async update(id, version, { name, visibility }, at) {
      const { count } = await todoList.updateMany({
        where: { id, version },
        data: {
          ...(name !== undefined && { name }),
          ...(visibility !== undefined && { visibility }),
          updatedAt: at,
          version: { increment: 1 },
        },
      });
      if (visibility === undefined) changes.list(id, await membersOf(id));
      else await expose(id);
      return count === 1;
    },
    async setOwner(id, ownerId, at) {
      await todoList.updateMany({
        where: { id },
        data: { ownerId, updatedAt: at, version: { increment: 1 } },
      });
      changes.list(id, await membersOf(id));
    },
    async delete(id) {
      for (const userId of await expose(id)) changes.member(id, userId);
      await todoList.deleteMany({ where: { id } });
    },
    async addMember(id, userId, role, at) {
      await listMember.createMany({ data: { listId: id, userId, role, addedAt: at } });
      changes.member(id, userId);
    },
    async setRole(id, userId, role) {
      await listMember.updateMany({ where: { listId: id, userId }, data: { role } });
      changes.member(id, userId);
    },
    async removeMember(id, userId) {
      await listMember.deleteMany({ where: { listId: id, userId } });
      changes.member(id, userId);
    },
  };
}
