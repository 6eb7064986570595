import { v7 as uuid } from "uuid";
import { failure } from "../../../runtime/errors.ts";
import { parseId, parseInput } from "../../kit/input.ts";
import type { Context } from "../context.ts";
import type { LockedList, Member } from "../store/list-writes.ts";
import type { ListRole } from "../store/rows.ts";
import type { Writes } from "../store/store.ts";
import { createListInput, memberInput, removeMemberInput, updateListInput } from "./inputs.ts";
import { mustEdit, mustOwn } from "./rights.ts";
import { signedIn } from "./user.ts";

/** What a payload of a written list is made of; the list itself is read when it is selected. */
export interface WrittenList {
  readonly id: string;
}

export async function createList(
  raw: unknown,
  { clock, store, viewer }: Context,
): Promise<WrittenList> {
  const ownerId = signedIn(viewer);
  const list = { id: uuid(), ownerId, ...parseInput("input", createListInput, raw) };
  const now = new Date(clock.now());
  await store.transaction(ownerId, (writes) => writes.lists.insert(list, now));
  return { id: list.id };
}

/** @throws NOT_FOUND, FORBIDDEN, STALE_VERSION with the current `version` */
export function updateList(raw: unknown, context: Context): Promise<WrittenList> {
  signedIn(context.viewer);
  const { id, version, ...changes } = parseInput("input", updateListInput, raw);
  return writeList(id, [], context, async ({ list, mine, now, writes }) => {
    mustEdit(mine);
    if (changes.visibility !== undefined) mustOwn(mine);
    if (list.version !== version)
      throw failure("STALE_VERSION", undefined, { version: list.version });
    if (Object.values(changes).every((value) => value === undefined)) return;
    const updated = await writes.lists.update(id, version, changes, now);
    if (!updated) throw failure("STALE_VERSION");
  });
}

/** @throws NOT_FOUND, FORBIDDEN */
export function deleteList(rawId: string, context: Context): Promise<WrittenList> {
  signedIn(context.viewer);
  return writeList(parseId("id", rawId), [], context, async ({ list, mine, writes }) => {
    mustOwn(mine);
    await writes.lists.delete(list.id);
  });
}

/** @throws NOT_FOUND (of the list, or of a user whose account is deleted), FORBIDDEN, ALREADY_A_MEMBER */
export function addMember(raw: unknown, context: Context): Promise<WrittenList> {
  signedIn(context.viewer);
  const { listId, userId, role } = parseInput("input", memberInput, raw);
  return writeList(listId, [userId], context, async ({ members, mine, now, writes }) => {
    mustOwn(mine);
    if (roleOf(userId, members) !== undefined) throw failure("ALREADY_A_MEMBER");
    if (await writes.users.isDeleted(userId)) {
      throw failure("NOT_FOUND", undefined, { ids: [userId] });
    }
    await writes.lists.addMember(listId, userId, role, now);
  });
}

/** @throws NOT_FOUND, FORBIDDEN, NOT_A_MEMBER, LAST_OWNER */
export function updateMember(raw: unknown, context: Context): Promise<WrittenList> {
  signedIn(context.viewer);
  const { listId, userId, role } = parseInput("input", memberInput, raw);
  return writeList(listId, [userId], context, async (change) => {
    mustOwn(change.mine);
    const before = roleOf(userId, change.members);
    if (before === undefined) throw failure("NOT_A_MEMBER", undefined, { ids: [userId] });
    if (before === role) return;
    await handOver(userId, role, change);
    await change.writes.lists.setRole(listId, userId, role);
  });
}

/** @throws NOT_FOUND, FORBIDDEN, NOT_A_MEMBER, LAST_OWNER */
export function removeMember(raw: unknown, context: Context): Promise<WrittenList> {
  signedIn(context.viewer);
  const { listId, userId } = parseInput("input", removeMemberInput, raw);
  return writeList(listId, [userId], context, async (change) => {
    mustOwn(change.mine);
    await takeOut(userId, change);
  });
}

/** @throws NOT_FOUND, NOT_A_MEMBER, LAST_OWNER */
export function leaveList(rawId: string, context: Context): Promise<WrittenList> {
  const viewerId = signedIn(context.viewer);
  return writeList(parseId("id", rawId), [], context, (change) => takeOut(viewerId, change));
}

/** A list that nobody else changes at the same time. */
interface Change {
  readonly list: LockedList;
  /** Its owners, the viewer and the users in question, as far as they are members; the oldest first. */
  readonly members: readonly Member[];
  /** The viewer's role. */
  readonly mine: ListRole | undefined;
  readonly now: Date;
  readonly writes: Writes;
}

async function writeList(
  id: string,
  userIds: readonly string[],
  { clock, store, viewer }: Context,
  write: (change: Change) => Promise<void>,
): Promise<WrittenList> {
  const viewerId = signedIn(viewer);
  await store.transaction(viewerId, async (writes) => {
    const list = await writes.lists.lock(id, viewer);
    if (list === undefined) throw failure("NOT_FOUND", undefined, { ids: [id] });
    const members = await writes.lists.ownersAnd(id, [viewerId, ...userIds]);
    const now = new Date(clock.now());
    await write({ list, members, mine: roleOf(viewerId, members), now, writes });
  });
  return { id };
}

/** A member goes, and their assignments in this list with them. */
async function takeOut(userId: string, change: Change): Promise<void> {
  const { list, members, now, writes } = change;
  if (roleOf(userId, members) === undefined) {
    throw failure("NOT_A_MEMBER", undefined, { ids: [userId] });
  }
  await handOver(userId, undefined, change);
  await writes.lists.removeMember(list.id, userId);
  await writes.todos.unassign(list.id, userId, now);
}

/** When the list's owner stops being one, the oldest of the others takes their place. @throws LAST_OWNER */
async function handOver(
  userId: string,
  role: ListRole | undefined,
  { list, members, now, writes }: Change,
): Promise<void> {
  if (role === "OWNER" || roleOf(userId, members) !== "OWNER") return;
  const next = members.find((member) => member.role === "OWNER" && member.userId !== userId);
  if (next === undefined) throw failure("LAST_OWNER");
  if (list.ownerId === userId) await writes.lists.setOwner(list.id, next.userId, now);
}

function roleOf(userId: string, members: readonly Member[]): ListRole | undefined {
  return members.find((member) => member.userId === userId)?.role;
}
