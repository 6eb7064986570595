import { byInput, type Change, type Ids } from "./change.ts";
import { type Estate, inOrder, type List, type Task, withList, withTasks } from "./estate.ts";
import { expectedTask, saidTask, taskFields } from "./said.ts";

const one = `{ todo { ${taskFields} } }`;
const several = `{ todos { ${taskFields} } }`;

export interface TaskChanges {
  create(estate: Estate, list: List, task: Task): Change;
  retitle(estate: Estate, list: List, task: Task): Change;
  /** Completes it, or opens it again. */
  tick(estate: Estate, list: List, task: Task): Change;
  assign(estate: Estate, list: List, task: Task): Change;
  move(estate: Estate, from: List, to: List, task: Task): Change;
  delete(estate: Estate, list: List, task: Task): Change;
}

/** Of a task to change, each takes how it is to be. */
export function createTaskChanges(lists: Ids, tasks: Ids): TaskChanges {
  return {
    create: (estate, list, task) => ({
      name: "createTodo",
      next: withList(estate, list.key, { ...list, tasks: [...list.tasks, task] }),
      async send(ask) {
        const input = { listId: lists.get(list.key), title: task.title };
        const { done } = await ask(byInput("createTodo", one), { input });
        tasks.set(task.key, done.todo.id);
        return [saidTask(done.todo), expectedTask(task)];
      },
    }),
    retitle: (estate, list, task) => ({
      name: "updateTodo",
      next: withList(estate, list.key, replaced(list, task)),
      async send(ask) {
        const id = tasks.get(task.key);
        const found = await ask("query ($id: ID!) { todo(id: $id) { version } }", { id });
        const input = { id, version: found.todo.version, title: task.title };
        const { done } = await ask(byInput("updateTodo", one), { input });
        return [saidTask(done.todo), expectedTask(task)];
      },
    }),
    tick(estate, list, task) {
      const field = task.done ? "completeTodos" : "reopenTodos";
      return {
        name: field,
        next: withList(estate, list.key, replaced(list, task)),
        async send(ask) {
          const ids = [tasks.get(task.key)];
          const { done } = await ask(byIds(field, several), { ids });
          return [done.todos.map(saidTask), [expectedTask(task)]];
        },
      };
    },
    assign: (estate, list, task) => ({
      name: "assignTodos",
      next: withList(estate, list.key, replaced(list, task)),
      async send(ask) {
        const input = { ids: [tasks.get(task.key)], assigneeId: task.assignee };
        const { done } = await ask(byInput("assignTodos", several), { input });
        return [done.todos.map(saidTask), [expectedTask(task)]];
      },
    }),
    move(estate, from, to, task) {
      const stays = task.assignee !== null && to.roles.has(task.assignee);
      const moved = { ...task, assignee: stays ? task.assignee : null };
      const there = { ...to, tasks: inOrder([...to.tasks, moved]) };
      return {
        name: "moveTodos",
        next: withList(withList(estate, from.key, without(from, task)), to.key, there),
        async send(ask) {
          const input = { ids: [tasks.get(task.key)], listId: lists.get(to.key) };
          const { done } = await ask(byInput("moveTodos", several), { input });
          return [done.todos.map(saidTask), [expectedTask(moved)]];
        },
      };
    },
    delete: (estate, list, task) => ({
      name: "deleteTodos",
      next: withList(estate, list.key, without(list, task)),
      async send(ask) {
        const ids = [tasks.get(task.key)];
        const { done } = await ask(byIds("deleteTodos", "{ deletedIds }"), { ids });
        return [done.deletedIds, ids];
      },
    }),
  };
}

function byIds(field: string, payload: string): string {
  return `mutation ($ids: [ID!]!) { done: ${field}(ids: $ids) ${payload} }`;
}

function replaced(list: List, changed: Task): List {
  return withTasks(list, (task) => (task.key === changed.key ? changed : task));
}

function without(list: List, gone: Task): List {
  return withTasks(list, (task) => (task.key === gone.key ? undefined : task));
}
