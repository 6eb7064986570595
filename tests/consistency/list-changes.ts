import { byInput, type Change, type Ids } from "./change.ts";
import { type Estate, type List, type Role, type Task, withList, withTasks } from "./estate.ts";
import { expectedList, listFields, saidList } from "./said.ts";

const payload = `{ list { ${listFields} } }`;

export interface ListChanges {
  create(estate: Estate, list: List): Change;
  /** Another name, or another visibility. */
  update(estate: Estate, list: List): Change;
  delete(estate: Estate, list: List): Change;
  /** Lets somebody in, changes what they may do, or takes them out. */
  setRole(estate: Estate, list: List, userId: string, role: Role | undefined): Change;
}

export function createListChanges(ids: Ids): ListChanges {
  return {
    create: (estate, list) => ({
      name: "createList",
      next: withList(estate, list.key, list),
      async send(ask) {
        const { name, visibility } = list;
        const { done } = await ask(byInput("createList", payload), { input: { name, visibility } });
        ids.set(list.key, done.list.id);
        return [saidList(done.list), expectedList(list)];
      },
    }),
    update: (estate, list) => ({
      name: "updateList",
      next: withList(estate, list.key, list),
      async send(ask) {
        const id = ids.get(list.key);
        const found = await ask("query ($id: ID!) { list(id: $id) { version } }", { id });
        const { name, visibility } = list;
        const input = { id, version: found.list.version, name, visibility };
        const { done } = await ask(byInput("updateList", payload), { input });
        return [saidList(done.list), expectedList(list)];
      },
    }),
    delete: (estate, list) => ({
      name: "deleteList",
      next: withList(estate, list.key, undefined),
      async send(ask) {
        const id = ids.get(list.key);
        const document = "mutation ($id: ID!) { done: deleteList(id: $id) { deletedId } }";
        return [(await ask(document, { id })).done.deletedId, id];
      },
    }),
    setRole(estate, list, userId, role) {
      const next = withRole(list, userId, role);
      const isMember = list.roles.has(userId);
      const name = role === undefined ? "removeMember" : isMember ? "updateMember" : "addMember";
      return {
        name,
        next: withList(estate, list.key, next),
        async send(ask) {
          const input = { listId: ids.get(list.key), userId, ...(role !== undefined && { role }) };
          const { done } = await ask(byInput(name, payload), { input });
          return [saidList(done.list), expectedList(next)];
        },
      };
    },
  };
}

/** Who leaves is taken off the todos of the list. */
function withRole(list: List, userId: string, role: Role | undefined): List {
  const roles = new Map(list.roles);
  if (role !== undefined) return { ...list, roles: roles.set(userId, role) };
  roles.delete(userId);
  const freed = (task: Task): Task =>
    task.assignee === userId ? { ...task, assignee: null } : task;
  return { ...withTasks(list, freed), roles };
}
