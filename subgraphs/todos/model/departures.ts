import type { Clock } from "../../../runtime/clock.ts";
import type { Heir, LeftList } from "../store/departure-writes.ts";
import type { Store } from "../store/store.ts";

/**
 * What the deletion of an account means here, as a whole or not at all, and once however often it is asked for. A list with an
 * owner who stays remains as it is. One whose only owner leaves passes to its oldest editor, private or public: someone
 * else works with it. Without an editor it is deleted with its todos, and so is every private list that was shared with nobody.
 * In the lists that stay, the user is no member any more, their assignments are cleared and their todos have no owner.
 * From then on nothing is written for the user, and nobody can add them to a list.
 */
export async function departUser(userId: string, store: Store, clock: Clock): Promise<void> {
  const now = new Date(clock.now());
  await store.departure(async (writes) => {
    if (!(await writes.bury(userId, now))) return;
    const lists = await writes.lockLists(userId);
    await writes.deleteLists(lists.filter(isOrphaned).map(({ id }) => id));
    await writes.passLists(lists.flatMap(heirOf), now);
    await writes.endMemberships(userId);
    await writes.clearAssignments(userId, now);
    await writes.clearAuthorship(userId);
  });
}

function isOrphaned({ isOwned, oldestEditorId, oldestOwnerId }: LeftList): boolean {
  return isOwned && oldestOwnerId === null && oldestEditorId === null;
}

/** None for a list that names another owner already, or has nobody to pass to. */
function heirOf({
  id,
  isNamed,
  isOwned,
  oldestEditorId,
  oldestOwnerId,
}: LeftList): readonly Heir[] {
  const userId = oldestOwnerId ?? oldestEditorId;
  const needsHeir = isNamed || (isOwned && oldestOwnerId === null);
  return needsHeir && userId !== null ? [{ listId: id, userId }] : [];
}
