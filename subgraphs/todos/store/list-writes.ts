import sql from "sql-template-tag";
import type { ListRole, Prisma, Visibility } from "../../../prisma/todos/generated/client.ts";
import type { Viewer } from "../../../runtime/identity.ts";
import { arrayOf } from "../../kit/read-rows.ts";
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
  readonly role: ListRole | null;
}

export interface LockedList {
  readonly id: string;
  readonly ownerId: string;
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

export function createListWrites(transaction: Prisma.TransactionClient): ListWrites {
  const { listMember, todoList } = transaction;
  return {
    async hold(id, viewer) {
      const [list] = await transaction.$queryRaw<HeldList[]>(
        sql`SELECT l.id, ${roleIn(viewer)}::text AS role FROM lists l WHERE l.id = ${id}::uuid AND ${visibleTo(viewer)} FOR KEY SHARE OF l`,
      );
      return list;
    },
    async lock(id, viewer) {
      const [list] = await transaction.$queryRaw<LockedList[]>(
        sql`SELECT l.id, l.owner_id AS "ownerId", l.version FROM lists l WHERE l.id = ${id}::uuid AND ${visibleTo(viewer)} FOR UPDATE OF l`,
      );
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
      return count === 1;
    },
    async setOwner(id, ownerId, at) {
      await todoList.updateMany({
        where: { id },
        data: { ownerId, updatedAt: at, version: { increment: 1 } },
      });
    },
    async delete(id) {
      await todoList.deleteMany({ where: { id } });
    },
    async addMember(id, userId, role, at) {
      await listMember.createMany({ data: { listId: id, userId, role, addedAt: at } });
    },
    async setRole(id, userId, role) {
      await listMember.updateMany({ where: { listId: id, userId }, data: { role } });
    },
    async removeMember(id, userId) {
      await listMember.deleteMany({ where: { listId: id, userId } });
    },
  };
}
