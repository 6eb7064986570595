import { type Claim, statement, sum } from "./claims.ts";
import {
  type Asker,
  type Estate,
  isVisible,
  type List,
  listAt,
  type Task,
  taskAt,
  tasksOf,
  writerOf,
} from "./estate.ts";
import { expectedTask, type SaidTask, saidTask, taskFields } from "./said.ts";

/** A read and what its answer claims. */
export interface Question {
  readonly document: string;
  readonly variables: Readonly<Record<string, unknown>>;
  // biome-ignore lint/suspicious/noExplicitAny: the shape of the data is that of the document
  claims(data: any, asker: Asker): readonly Claim[];
}

/** Who takes part: the number of a person by their id. */
export type Numbers = ReadonlyMap<string, number>;

interface NamedUser {
  readonly id: string;
  readonly name: string;
}

type Page<Node> = { readonly totalCount: number; readonly edges: readonly { node: Node }[] };

const nodes = <Node>(page: Page<Node>): readonly Node[] => page.edges.map(({ node }) => node);

const counts = (tasks: readonly Task[]): object => {
  const done = tasks.filter((task) => task.done).length;
  return { total: tasks.length, open: tasks.length - done, done };
};
const noCounts = { total: 0, open: 0, done: 0 };

export function askForProfile(
  about: number,
  { handle, id }: Estate,
  by: "id" | "handle",
): Question {
  const [document, variables] =
    by === "id"
      ? ["query ($id: ID!) { user(id: $id) { name } }", { id }]
      : ["query ($handle: String!) { user: userByHandle(handle: $handle) { name } }", { handle }];
  return {
    document,
    variables,
    claims: ({ user }) => [statement("a profile", about, user?.name, ({ name }) => name)],
  };
}

const listDocument = `query ($id: ID!) { list(id: $id) {
  name visibility viewerRole owner { id name }
  members(first: 100) { totalCount edges { node { role user { id name } } } }
  todos(first: 100, orderBy: CREATED_AT_ASC) { totalCount edges { node { ${taskFields} } } }
  stats { total open done } } }`;

export function askForList(about: number, key: string, id: string, numbers: Numbers): Question {
  return {
    document: listDocument,
    variables: { id },
    claims({ list: said }, asker) {
      /** Each part is read by itself, and what the asker may not see any more is empty. */
      const part = (
        what: string,
        value: unknown,
        of: (list: List) => unknown,
        nothing: unknown = null,
      ): Claim => {
        const expected = (estate: Estate): unknown => {
          const list = listAt(estate, key);
          return isVisible(list, asker) ? of(list) : nothing;
        };
        return statement(`${what} of list ${key}`, about, value, expected, nothing);
      };
      const row = said && [said.name, said.visibility];
      const whole = part("the row", row, ({ name, visibility }) => [name, visibility]);
      if (said === null) return [whole];
      const members = nodes<{ role: string; user: NamedUser }>(said.members);
      const roles = members.map(({ role, user }) => [user.id, role]).toSorted();
      const tasks = nodes<SaidTask>(said.todos);
      return [
        whole,
        part("the viewer's role", said.viewerRole, (list) => list.roles.get(asker ?? "")),
        part("the members", roles, (list) => [...list.roles].toSorted(), []),
        part("the count of members", said.members.totalCount, (list) => list.roles.size, 0),
        part("the todos", tasks.map(saidTask), (list) => list.tasks.map(expectedTask), []),
        part("the count of todos", said.todos.totalCount, (list) => list.tasks.length, 0),
        part("the counts", said.stats, (list) => counts(list.tasks), noCounts),
        ...[said.owner as NamedUser, ...members.map(({ user }) => user)].map((user) =>
          nameClaim(user, numbers),
        ),
      ];
    },
  };
}

const taskDocument = `query ($id: ID!) { todo(id: $id) { ${taskFields} list { name } owner { id name } } }`;

export function askForTask(about: number, key: string, id: string, numbers: Numbers): Question {
  return {
    document: taskDocument,
    variables: { id },
    claims({ todo: said }, asker) {
      const seen = (of: (list: List, task: Task) => unknown) => (estate: Estate) => {
        const { list, task } = taskAt(estate, key) ?? {};
        return task !== undefined && isVisible(list, asker) ? of(list, task) : null;
      };
      const row = said && saidTask(said);
      const whole = statement(
        `todo ${key}`,
        about,
        row,
        seen((_, task) => expectedTask(task)),
      );
      if (said === null) return [whole];
      const list = statement(
        `the list of todo ${key}`,
        about,
        said.list.name,
        seen(({ name }) => name),
      );
      return [whole, list, nameClaim(said.owner, numbers)];
    },
  };
}

const userDocument = `query ($id: ID!) { user(id: $id) { id name
  lists(first: 100) { totalCount edges { node { name } } }
  todos(first: 100, orderBy: CREATED_AT_ASC) { totalCount edges { node { ${taskFields} } } }
  todoStats { total open done } } }`;

export function askForUser(about: number, { id }: Estate, numbers: Numbers): Question {
  return {
    document: userDocument,
    variables: { id },
    claims({ user }, asker) {
      const theirs = (estate: Estate): readonly List[] =>
        estate.lists.filter((list) => isVisible(list, asker) && list.roles.has(id));
      const written = (estate: Estate): readonly Task[] =>
        tasksOf(estate.lists.filter((list) => isVisible(list, asker)));
      const tasks = nodes<SaidTask>(user.todos).map(saidTask);
      const count = user.todos.totalCount;
      return [
        nameClaim(user, numbers),
        ...pageOfLists(`the lists of user ${about}`, user.lists, theirs, numbers),
        statement(
          `the todos of user ${about}`,
          about,
          tasks,
          (one) => written(one).map(expectedTask),
          [],
        ),
        statement(
          `the count of todos of user ${about}`,
          about,
          count,
          (one) => written(one).length,
          0,
        ),
        statement(
          `the counts of user ${about}`,
          about,
          user.todoStats,
          (one) => counts(written(one)),
          noCounts,
        ),
      ];
    },
  };
}

const listsDocument = "{ lists(first: 100) { totalCount edges { node { name } } } }";

export function askForLists(numbers: Numbers): Question {
  return {
    document: listsDocument,
    variables: {},
    claims: ({ lists }, asker) => pageOfLists("the lists", lists, ownOrPublic(asker), numbers),
  };
}

const tasksDocument = `{ todos(first: 100, orderBy: CREATED_AT_ASC) { totalCount
  edges { node { ${taskFields} } } } }`;

export function askForTasks(numbers: Numbers): Question {
  return {
    document: tasksDocument,
    variables: {},
    claims({ todos }, asker) {
      const seen = ownOrPublic(asker);
      const said = nodes<SaidTask>(todos);
      const tasks = (estate: Estate): readonly Task[] => tasksOf(seen(estate));
      return [
        ...[...numbers.values()].map((about) => {
          const theirs = said.filter(({ title }) => writerOf(title) === about).map(saidTask);
          const what = `the todos that ${about} wrote`;
          return statement(what, about, theirs, (one) => tasks(one).map(expectedTask), []);
        }),
        sum("the count of todos", todos.totalCount, (one) => tasks(one).length),
      ];
    },
  };
}

/** What `lists` and `todos` at the root are about: the asker's lists, or for the anonymous the public ones. */
function ownOrPublic(asker: Asker): (estate: Estate) => readonly List[] {
  return ({ lists }) =>
    lists.filter((list) =>
      asker === undefined ? list.visibility === "PUBLIC" : list.roles.has(asker),
    );
}

function pageOfLists(
  what: string,
  page: Page<{ readonly name: string }>,
  seen: (estate: Estate) => readonly List[],
  numbers: Numbers,
): readonly Claim[] {
  const names = nodes(page).map(({ name }) => name);
  const parts = [...numbers.values()].map((about) => {
    const theirs = names.filter((name) => writerOf(name) === about);
    // The newest first.
    const expected = (estate: Estate): unknown =>
      seen(estate)
        .map(({ name }) => name)
        .reverse();
    return statement(`${what} that ${about} made`, about, theirs, expected, []);
  });
  return [...parts, sum(`the count of ${what}`, page.totalCount, (one) => seen(one).length)];
}

function nameClaim({ id, name: said }: NamedUser, numbers: Numbers): Claim {
  const about = numbers.get(id) as number;
  return statement(`the name of ${about}`, about, said, ({ name }) => name);
}
