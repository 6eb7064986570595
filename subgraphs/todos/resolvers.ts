import { DateTimeResolver } from "graphql-scalars";
import type { Resolvers } from "./generated/resolver-types.ts";
import {
  listById,
  listOfTodo,
  listsOfUser,
  listsOfViewer,
  membersOf,
  writtenList,
} from "./model/lists.ts";
import { listOfReference, todoOfReference, userOfReference } from "./model/references.ts";
import { statsOf, todoById, todosOf, writtenTodo, writtenTodos } from "./model/todos.ts";
import { userOf } from "./model/user.ts";
import {
  addMember,
  createList,
  deleteList,
  leaveList,
  removeMember,
  updateList,
  updateMember,
} from "./model/write-lists.ts";
import {
  assignTodos,
  completeTodos,
  createTodo,
  createTodos,
  deleteTodos,
  moveTodos,
  reopenTodos,
  updateTodo,
} from "./model/write-todos.ts";

export const resolvers: Resolvers = {
  DateTime: DateTimeResolver,
  Query: {
    list: (_, { id }, context, info) => listById(id, context, info),
    lists: (_, args, context, info) => listsOfViewer(args, context, info),
    todo: (_, { id }, context, info) => todoById(id, context, info),
    todos: (_, args, context, info) => todosOf("Query", undefined, args, context, info),
  },
  Mutation: {
    createList: (_, { input }, context) => createList(input, context),
    updateList: (_, { input }, context) => updateList(input, context),
    deleteList: (_, { id }, context) => deleteList(id, context),
    addMember: (_, { input }, context) => addMember(input, context),
    updateMember: (_, { input }, context) => updateMember(input, context),
    removeMember: (_, { input }, context) => removeMember(input, context),
    leaveList: (_, { id }, context) => leaveList(id, context),
    createTodo: (_, { input }, context) => createTodo(input, context),
    createTodos: (_, { input }, context) => createTodos(input, context),
    updateTodo: (_, { input }, context) => updateTodo(input, context),
    completeTodos: (_, { ids }, context) => completeTodos(ids, context),
    reopenTodos: (_, { ids }, context) => reopenTodos(ids, context),
    moveTodos: (_, { input }, context) => moveTodos(input, context),
    assignTodos: (_, { input }, context) => assignTodos(input, context),
    deleteTodos: (_, { ids }, context) => deleteTodos(ids, context),
  },
  User: {
    __resolveReference: (reference) => userOfReference(reference),
    lists: (user, args, context, info) => listsOfUser(user.id, args, context, info),
    todos: (user, args, context, info) => todosOf("User", user.id, args, context, info),
    todoStats: (user, _, context, info) => statsOf("User", user.id, context, info),
  },
  TodoList: {
    __resolveReference: (reference, context, info) => listOfReference(reference, context, info),
    owner: (list) => userOf(list.ownerId),
    members: (list, args, context, info) => membersOf(list, args, context, info),
    todos: (list, args, context, info) => todosOf("TodoList", list.id, args, context, info),
    stats: (list, _, context, info) => statsOf("TodoList", list.id, context, info),
  },
  ListMember: {
    user: (member) => userOf(member.userId),
  },
  Todo: {
    __resolveReference: (reference, context, info) => todoOfReference(reference, context, info),
    list: (todo, _, context, info) => listOfTodo(todo, context, info),
    owner: (todo) => userOf(todo.ownerId),
    assignee: (todo) => userOf(todo.assigneeId),
  },
  ListPayload: {
    list: ({ id }, _, context, info) => writtenList(id, context, info),
  },
  DeleteListPayload: {
    deletedId: ({ id }) => id,
  },
  LeaveListPayload: {
    leftId: ({ id }) => id,
    list: ({ id }, _, context, info) => writtenList(id, context, info),
  },
  TodoPayload: {
    todo: ({ id }, _, context, info) => writtenTodo(id, context, info),
  },
  TodosPayload: {
    todos: ({ ids }, _, context, info) => writtenTodos(ids, context, info),
  },
  DeleteTodosPayload: {
    deletedIds: ({ ids }) => ids,
  },
};
