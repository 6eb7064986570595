import { expect, test } from "@jest/globals";
import { buildSchema, type GraphQLObjectType, type OperationDefinitionNode, parse } from "graphql";
import { type CollectedEntry, type Collecting, collectFields } from "./collect-fields.ts";
import { fragmentsOf } from "./fragments-of.ts";
import type { When } from "./program.ts";
import { Switches } from "./when.ts";

const schema = buildSchema(`
  type Query { node: Node }
  interface Node { id: ID }
  type Book implements Node { id: ID title: String pages: Int }
  type Film implements Node { id: ID title: String }
  union Any = Book | Film`);

const book = schema.getType("Book") as GraphQLObjectType;

/** Where each field comes to stand: `key`, with the conditions under which it is written and those under which it has been. */
function collect(document: string, known: When = []): readonly string[] {
  const parsed = parse(document);
  const operation = parsed.definitions[0] as OperationDefinitionNode;
  const switches = new Switches();
  for (const { variable } of operation.variableDefinitions ?? []) {
    switches.indexOf(variable.name.value);
  }
  const collecting: Collecting = {
    schema,
    fragments: fragmentsOf(parsed),
    switches,
    keys: new Map(),
    denialOf: () => undefined,
  };
  const set = operation.selectionSet;
  return collectFields(book, [{ set, when: [] }], known, collecting).map(textOf);
}

function textOf({ field, unless, when }: CollectedEntry): string {
  const conditions = when.length > 0 ? ` if ${when.join("&")}` : "";
  const before = unless.length > 0 ? ` unless ${unless.map((one) => one.join("&")).join("|")}` : "";
  return `${field.key}${conditions}${before}`;
}

test("fields stand in the order in which they are first met, through fragments that apply", () => {
  const document = `{ id ...T ... on Film { lost: id } ... on Any { pages } ... on Node { id last: id } ...T }
    fragment T on Book { title ...T2 } fragment T2 on Node { other: id }`;
  expect(collect(document)).toEqual(["id", "title", "other", "pages", "last"]);
});

test("a field under conditions has an entry for each place at which it can come to stand", () => {
  const document = `query ($a: Boolean!, $b: Boolean!) {
    title @include(if: $a) id title @skip(if: $b) pages title }`;
  expect(collect(document)).toEqual([
    "title if 1",
    "id",
    "title if -2 unless 1",
    "pages",
    "title unless 1|-2",
  ]);
});

test("conditions of fragments and fields add up; those that contradict each other leave out", () => {
  const document = `query ($a: Boolean!, $b: Boolean!) {
    ... @include(if: $a) { title @skip(if: $b) pages @skip(if: $a) ...T @skip(if: $b) } }
    fragment T on Book { id }`;
  expect(collect(document)).toEqual(["title if -2&1", "id if -2&1"]);
});

test("what holds already where the object is written is no condition any more", () => {
  const document = "query ($a: Boolean!) { title @include(if: $a) id @skip(if: $a) }";
  expect(collect(document, [1])).toEqual(["title"]);
  expect(collect(document, [-1])).toEqual(["id"]);
});

test("one fragment that is spread under different conditions counts for each of them, once", () => {
  const document = `query ($a: Boolean!, $b: Boolean!) {
    ...T @include(if: $a) ...T @include(if: $b) ...T @include(if: $a) } fragment T on Book { id }`;
  expect(collect(document)).toEqual(["id if 1", "id if 2 unless 1"]);
});
