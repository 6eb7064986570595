import { expect, test } from "@jest/globals";
import { buildSchema, type OperationDefinitionNode, parse } from "graphql";
import type { Program } from "../plan/program.ts";
import { nameVariables } from "../plan/variables.ts";
import { createReadVariables, type ReadVariables } from "./read-variables.ts";

const schema = buildSchema(`
  type Query { a(input: In, id: ID, n: Int = 3): Int }
  input In { id: ID!, tags: [String!] = ["x"] }`);

/** Reads variables for an operation with these definitions, whose `@skip` and `@include` look at `switches`. */
function reader(definitions: string, switches: readonly string[] = []) {
  const document = parse(`query (${definitions}) { a }`);
  const operation = document.definitions[0] as OperationDefinitionNode;
  const { variables } = nameVariables(document, operation);
  return createReadVariables({ variables, switches } as unknown as Program, schema);
}

const textsOf = (read: unknown) => Object.fromEntries((read as ReadVariables).texts);

test("what is sent on is what the client gave; defaults are left to whoever reads it", () => {
  const read = reader("$input: In, $id: ID, $n: Int = 7")({ input: { id: 1 }, id: 5, other: 1 });
  expect(textsOf(read)).toEqual({ input: '{"id":1}', id: "5" });
  expect((read as ReadVariables).values).toEqual({
    input: { id: "1", tags: ["x"] },
    id: "5",
    n: 7,
  });
});

test("a null that was given is sent, a variable that was not given is not", () => {
  expect(textsOf(reader("$id: ID, $n: Int")({ id: null }))).toEqual({ id: "null" });
});

test("S2 names that objects of JavaScript know are read as own properties, and called something else", () => {
  const given = JSON.parse('{"__proto__":"p","constructor":"c"}');
  const read = reader("$__proto__: ID, $constructor: ID, $toString: ID")(given);
  expect(textsOf(read)).toEqual({ variable___proto__: '"p"', variable_constructor: '"c"' });
});

test("values that do not fit are errors that name the client's variable", () => {
  const errors = reader("$input: In!, $id: ID!")({ input: { id: [] } });
  expect(errors).toEqual([
    expect.objectContaining({ extensions: { code: "BAD_USER_INPUT" } }),
    expect.objectContaining({ extensions: { code: "BAD_USER_INPUT" } }),
  ]);
  expect(JSON.stringify(errors)).toContain("$input");
  expect(JSON.stringify(errors)).toContain("$id");
});

test("switches are read by their defaults too; null decides nothing", () => {
  const read = reader("$on: Boolean! = true, $off: Boolean!", ["off", "on"]);
  expect(read({ off: false })).toMatchObject({ switches: [false, true] });
  const [error] = reader("$constructor: Boolean = true", ["variable_constructor"])(
    JSON.parse('{"constructor":null}'),
  ) as readonly { readonly message: string }[];
  expect(error).toMatchObject({
    message: 'Variable "$constructor" decides a @skip or @include: it must not be null.',
    extensions: { code: "BAD_USER_INPUT" },
  });
});
