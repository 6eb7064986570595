import {
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isInterfaceType,
  isLeafType,
  isObjectType,
  isRequiredArgument,
} from "graphql";
import { fits } from "./fits.ts";

/** An operation to begin with. */
export interface Example {
  readonly title: string;
  readonly about: string;
  readonly document: string;
  readonly variables?: Readonly<Record<string, unknown>>;
  /** Only a signed-in viewer gets an answer. */
  readonly signedIn?: boolean;
}

/** Of the demo data: a public list that ada owns and grace edits, and two of its todos. */
const shared = {
  list: "016f5e66-e866-7f25-a0c1-83f1941631e8",
  todos: ["016f5e66-ecac-7462-8e20-18ff5dfc1298", "016f5e66-ecad-7a01-af25-ae01c3089dde"],
};

/** For the graph of users and todos. Those that a schema has no fields for are not offered. */
export const ownExamples: readonly Example[] = [
  {
    title: "First query",
    about: "One person from users, their lists from todos: two services, one answer.",
    document: `query FirstQuery {
  userByHandle(handle: "ada") {
    name
    todoStats {
      open
      overdue
    }
    lists(first: 3) {
      edges {
        node {
          name
          owner {
            name
          }
        }
      }
    }
  }
}`,
  },
  {
    title: "Page by page",
    about: "For the next page, put endCursor of the answer into the variable after.",
    document: `query PageByPage($first: Int!, $after: String) {
  users(first: $first, after: $after, orderBy: NAME_ASC) {
    totalCount
    pageInfo {
      hasNextPage
      endCursor
    }
    edges {
      node {
        handle
        name
      }
    }
  }
}`,
    variables: { first: 5, after: null },
  },
  {
    title: "Sign in",
    about: "The token goes into the header Authorization. The sign-in box does both for you.",
    document: `mutation SignIn($input: SignInInput!) {
  signIn(input: $input) {
    accessToken
    expiresAt
    user {
      name
    }
  }
}`,
    variables: { input: { email: "grace@example.com", password: "correct-horse-battery" } },
  },
  {
    title: "Who am I",
    about: "The viewer, with what only they may see.",
    signedIn: true,
    document: `query WhoAmI {
  me {
    handle
    name
    email
    role
  }
}`,
  },
  {
    title: "Urgent todos",
    about: "Filtered and ordered, with the list and the assignee of each.",
    signedIn: true,
    document: `query UrgentTodos($filter: TodoFilter!) {
  todos(first: 10, filter: $filter, orderBy: DUE_AT_ASC) {
    totalCount
    edges {
      node {
        id
        title
        priority
        dueAt
        list {
          name
        }
        assignee {
          name
        }
      }
    }
  }
}`,
    variables: { filter: { status: ["OPEN", "IN_PROGRESS"], priority: ["HIGH", "URGENT"] } },
  },
  {
    title: "Create a list",
    about: "The answer has the id that todos are added by.",
    signedIn: true,
    document: `mutation CreateList($input: CreateListInput!) {
  createList(input: $input) {
    list {
      id
      name
      visibility
      viewerRole
      version
    }
  }
}`,
    variables: { input: { name: "Autumn garden", visibility: "PRIVATE" } },
  },
  {
    title: "Many todos at once",
    about: "Up to 1,000, all or nothing. The list is one that ada and grace of the demo data edit.",
    signedIn: true,
    document: `mutation ManyTodos($input: CreateTodosInput!) {
  createTodos(input: $input) {
    todos {
      id
      title
      priority
    }
  }
}`,
    variables: {
      input: {
        listId: shared.list,
        todos: [
          { title: "Book the night train", priority: "HIGH", status: "OPEN", tags: ["travel"] },
          { title: "Ask who waters the plants", priority: "NORMAL", status: "OPEN", tags: [] },
        ],
      },
    },
  },
  {
    title: "Complete many",
    about: "Two todos of that list; an id that you may not change fails the whole mutation.",
    signedIn: true,
    document: `mutation CompleteMany($ids: [ID!]!) {
  completeTodos(ids: $ids) {
    todos {
      id
      status
      completedAt
    }
  }
}`,
    variables: { ids: shared.todos },
  },
];

/** What to offer for a schema: our own examples as far as they fit, or ones made of its first fields. */
export function examplesFor(schema: GraphQLSchema): readonly Example[] {
  const fitting = ownExamples.filter(({ document }) => fits(schema, document));
  return fitting.length > 0 ? fitting : firstFields(schema);
}

/** The first fields of Query that need no argument, each with what it holds. */
function firstFields(schema: GraphQLSchema): readonly Example[] {
  const fields = Object.values(schema.getQueryType()?.getFields() ?? {});
  return fields
    .filter(needsNothing)
    .slice(0, 5)
    .map((field) => ({
      title: field.name,
      about: field.description?.split("\n")[0] ?? "",
      document: `query ${capital(field.name)} {\n  ${selection(field, 1)}\n}`,
    }));
}

/** The field and, below it, its type's leaves; where it has none, its first object instead. */
function selection(field: GraphQLField<unknown, unknown>, depth: number): string {
  const type = getNamedType(field.type);
  if (isLeafType(type)) return field.name;
  const indent = "  ".repeat(depth);
  const below = fieldsOf(type).filter(needsNothing);
  const leaves = below.filter((one) => isLeafType(getNamedType(one.type))).slice(0, 5);
  const object = depth < 4 ? below.find((one) => !leaves.includes(one)) : undefined;
  const lines = leaves.map(({ name }) => name);
  if (leaves.length === 0 && object !== undefined) lines.push(selection(object, depth + 1));
  if (lines.length === 0) lines.push("__typename");
  return `${field.name} {\n${lines.map((line) => `${indent}  ${line}\n`).join("")}${indent}}`;
}

function fieldsOf(type: GraphQLNamedType): readonly GraphQLField<unknown, unknown>[] {
  return isObjectType(type) || isInterfaceType(type) ? Object.values(type.getFields()) : [];
}

function needsNothing(field: GraphQLField<unknown, unknown>): boolean {
  return !field.args.some(isRequiredArgument);
}

function capital(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}
