// Writes subgraphs/*/generated/resolver-types.ts from each schema.graphql. Plain JavaScript, as it runs before the build.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { codegen } from "@graphql-codegen/core";
import * as typescript from "@graphql-codegen/typescript";
import * as resolvers from "@graphql-codegen/typescript-resolvers";
import { parse } from "graphql";

const root = fileURLToPath(new URL("..", import.meta.url));

/** For each subgraph: what its resolvers receive as parents, beside its context type. */
const mappers = {
  users: {
    User: "../model/profiles.ts#Profile",
    UserConnection: "../model/user-page.ts#UserPage",
    UserEdge: "../model/user-page.ts#UserPageEdge",
    SessionPayload: "../model/sessions.ts#OpenSession",
    UserPayload: "../model/accounts.ts#ChangedAccount",
  },
  todos: {
    User: "../model/user.ts#UserStub",
    TodoList: "../store/rows.ts#ListRow",
    ListMember: "../store/rows.ts#MemberRow",
    Todo: "../store/rows.ts#TodoRow",
    TodoStats: "../store/todo-reads.ts#TodoCounts",
    TodoListConnection: "../model/connection.ts#Connection<ListRow>",
    ListMemberConnection: "../model/connection.ts#Connection<MemberRow>",
    TodoConnection: "../model/connection.ts#Connection<TodoRow>",
    TodoListEdge: "../../kit/pagination.ts#Edge<ListRow>",
    ListMemberEdge: "../../kit/pagination.ts#Edge<MemberRow>",
    TodoEdge: "../../kit/pagination.ts#Edge<TodoRow>",
    ListPayload: "../model/write-lists.ts#WrittenList",
    DeleteListPayload: "../model/write-lists.ts#WrittenList",
    LeaveListPayload: "../model/write-lists.ts#WrittenList",
    TodoPayload: "../model/write-todos.ts#WrittenTodo",
    TodosPayload: "../model/write-todos.ts#WrittenTodos",
    DeleteTodosPayload: "../model/write-todos.ts#WrittenTodos",
  },
};

for (const [subgraph, parents] of Object.entries(mappers)) {
  const folder = `${root}subgraphs/${subgraph}`;
  const text = await codegen({
    filename: "resolver-types.ts",
    schema: parse(readFileSync(`${folder}/schema.graphql`, "utf8")),
    documents: [],
    plugins: [{ typescript: {} }, { resolvers: {} }],
    pluginMap: { typescript, resolvers },
    config: {
      federation: true,
      useTypeImports: true,
      enumsAsTypes: true,
      avoidOptionals: { field: true },
      immutableTypes: true,
      makeResolverTypeCallable: true,
      inputMaybeValue: "T | null | undefined",
      contextType: `../context.ts#Context`,
      mappers: parents,
      scalars: { DateTime: { input: "Date", output: "Date | string" }, ID: "string" },
    },
  });
  mkdirSync(`${folder}/generated`, { recursive: true });
  writeFileSync(`${folder}/generated/resolver-types.ts`, text);
}
