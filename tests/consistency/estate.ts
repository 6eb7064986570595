// What one person of the checker has written. Names and titles begin with the number of that person, so that a reader knows whose
// they are, and go on with a number of their own and a count of their changes.

export type Role = "OWNER" | "EDITOR" | "READER";
export type Visibility = "PRIVATE" | "PUBLIC";

/** Who asks: the id of a user, or undefined for the anonymous. */
export type Asker = string | undefined;

export interface Task {
  readonly key: string;
  readonly title: string;
  readonly done: boolean;
  readonly assignee: string | null;
}

export interface List {
  readonly key: string;
  readonly name: string;
  readonly visibility: Visibility;
  readonly roles: ReadonlyMap<string, Role>;
  /** The oldest first. */
  readonly tasks: readonly Task[];
}

/** A profile and the lists that this person has made, which nobody else changes. */
export interface Estate {
  readonly id: string;
  readonly handle: string;
  readonly name: string;
  /** The oldest first. */
  readonly lists: readonly List[];
}

export function isVisible(list: List | undefined, asker: Asker): list is List {
  if (list === undefined) return false;
  return list.visibility === "PUBLIC" || (asker !== undefined && list.roles.has(asker));
}

export function listAt({ lists }: Estate, key: string): List | undefined {
  return lists.find((list) => list.key === key);
}

export function taskAt(
  { lists }: Estate,
  key: string,
): { readonly list: List; readonly task: Task } | undefined {
  for (const list of lists) {
    const task = list.tasks.find((one) => one.key === key);
    if (task !== undefined) return { list, task };
  }
  return undefined;
}

/** The oldest first. */
export function inOrder(tasks: readonly Task[]): readonly Task[] {
  const serial = ({ key }: Task): number => Number(key.split(":")[1]);
  return tasks.toSorted((one, other) => serial(one) - serial(other));
}

/** The tasks of several lists together. */
export function tasksOf(lists: readonly List[]): readonly Task[] {
  return inOrder(lists.flatMap(({ tasks }) => tasks));
}

/** With a list changed, added at the end, or taken out. */
export function withList(estate: Estate, key: string, list: List | undefined): Estate {
  const isNew = listAt(estate, key) === undefined;
  const lists = estate.lists.flatMap((one) => (one.key !== key ? [one] : list ? [list] : []));
  return { ...estate, lists: isNew && list !== undefined ? [...lists, list] : lists };
}

/** With some tasks of a list changed; undefined takes one out. */
export function withTasks(list: List, change: (task: Task) => Task | undefined): List {
  return { ...list, tasks: list.tasks.flatMap((task) => change(task) ?? []) };
}

/** The number of the person who wrote a name or a title. */
export function writerOf(text: string): number {
  return Number.parseInt(text, 10);
}
