import { byInput, type Change, type Ids } from "./change.ts";
import type { Estate, List, Role, Visibility } from "./estate.ts";
import { createListChanges } from "./list-changes.ts";
import { oneOf } from "./one-of.ts";
import { createTaskChanges } from "./task-changes.ts";

/** Somebody who changes what is theirs. */
export interface Writer {
  /** What to change next, at random. */
  next(estate: Estate): Change;
}

/** So that everything fits on one page of each. */
const most = { lists: 3, tasks: 4 };

export interface WriterOptions {
  readonly number: number;
  /** The ids of all, the writer's too. */
  readonly people: readonly string[];
  readonly lists: Ids;
  readonly tasks: Ids;
}

export function createWriter({ lists, number, people, tasks }: WriterOptions): Writer {
  const ofList = createListChanges(lists);
  const ofTask = createTaskChanges(lists, tasks);
  let things = 0;
  let texts = 0;
  const newKey = (): string => `${number}:${++things}`;
  const text = (key: string): string => `${key} r${++texts}`;

  function rename(estate: Estate): Change {
    const name = text(`${number}`);
    return {
      name: "updateProfile",
      next: { ...estate, name },
      async send(ask) {
        const document = byInput("updateProfile", "{ user { name } }");
        return [(await ask(document, { input: { name } })).done.user.name, name];
      },
    };
  }

  function createList(estate: Estate): Change {
    const key = newKey();
    const visibility = oneOf<Visibility>(["PRIVATE", "PUBLIC"]);
    const roles = new Map<string, Role>([[estate.id, "OWNER"]]);
    return ofList.create(estate, { key, name: text(key), visibility, roles, tasks: [] });
  }

  function changeList(estate: Estate, list: List): Change | undefined {
    const other = list.visibility === "PUBLIC" ? "PRIVATE" : "PUBLIC";
    return oneOf<() => Change | undefined>([
      () => ofList.update(estate, { ...list, name: text(list.key) }),
      () => ofList.update(estate, { ...list, visibility: other }),
      () => (estate.lists.length < most.lists ? createList(estate) : ofList.delete(estate, list)),
    ])();
  }

  function changeMember(estate: Estate, list: List): Change | undefined {
    const other = oneOf(people.filter((id) => id !== estate.id));
    const role = oneOf<Role | undefined>(["READER", "EDITOR", undefined]);
    return role === list.roles.get(other) ? undefined : ofList.setRole(estate, list, other, role);
  }

  function createTask(estate: Estate, list: List): Change | undefined {
    if (list.tasks.length === most.tasks) return undefined;
    const key = newKey();
    return ofTask.create(estate, list, { key, title: text(key), done: false, assignee: null });
  }

  function changeTask(estate: Estate, list: List): Change | undefined {
    const task = oneOf(list.tasks);
    if (task === undefined) return undefined;
    const to = oneOf(estate.lists);
    const hasRoom = to.key !== list.key && to.tasks.length < most.tasks;
    const assignee = oneOf([null, ...list.roles.keys()]);
    return oneOf<() => Change | undefined>([
      () => ofTask.retitle(estate, list, { ...task, title: text(task.key) }),
      () => ofTask.tick(estate, list, { ...task, done: !task.done }),
      () => ofTask.assign(estate, list, { ...task, assignee }),
      () => (hasRoom ? ofTask.move(estate, list, to, task) : undefined),
      () => ofTask.delete(estate, list, task),
    ])();
  }

  return {
    next(estate) {
      const list = oneOf(estate.lists);
      if (list === undefined) return createList(estate);
      const change = oneOf([changeList, changeMember, createTask, changeTask, changeTask]);
      return change(estate, list) ?? rename(estate);
    },
  };
}
