import { expect, test } from "@jest/globals";
import { anonymous } from "../../runtime/identity.ts";
import type { Request } from "../request.ts";
import { type Question, readQuestion, refuseByMethod } from "./read-question.ts";

const base: Request = {
  id: "1",
  method: "POST",
  headers: { "content-type": "application/json" },
  search: "",
  body: undefined,
  viewer: anonymous,
};

function post(body: unknown): Question {
  return readQuestion({ ...base, body });
}

type Parameters = readonly (readonly [string, string])[];

function get(parameters: Parameters, headers = {}): Question {
  const encoded = new URLSearchParams(parameters as [string, string][]);
  const search = `?${encoded}`;
  return readQuestion({ ...base, method: "GET", headers, search });
}

/** Code, status and `Allow` of what is thrown. */
function refusal(ask: () => unknown): readonly unknown[] {
  try {
    return ["answered", ask()];
  } catch (error) {
    const { code, http = {} } = (error as { extensions: Record<string, unknown> }).extensions;
    const { headers, status = 400 } = http as { headers?: Map<string, string>; status?: number };
    return [code, status, headers?.get("allow")];
  }
}

const query = "query A($id: ID!) { user(id: $id) { id } }";
const persistedQuery = { version: 1, sha256Hash: "0123" };

test("a POST brings everything in its body", () => {
  const extensions = { persistedQuery, other: 1 };
  expect(post({ query, operationName: "A", variables: { id: "7" }, extensions })).toEqual({
    document: query,
    hash: "0123",
    operationName: "A",
    variables: { id: "7" },
    extensions,
  });
});

test("a GET brings everything in its query string, objects as JSON", () => {
  expect(
    get([
      ["query", query],
      ["operationName", "A"],
      ["variables", '{"id":"7"}'],
      ["extensions", JSON.stringify({ persistedQuery })],
    ]),
  ).toEqual({
    document: query,
    hash: "0123",
    operationName: "A",
    variables: { id: "7" },
    extensions: { persistedQuery },
  });
});

test("what is left out, or null, is nothing", () => {
  const bare = { document: query, hash: undefined, operationName: undefined };
  const nothing = { variables: {}, extensions: {} };
  expect(post({ query })).toEqual({ ...bare, ...nothing });
  expect(post({ query, operationName: null, variables: null, extensions: null })).toEqual({
    ...bare,
    ...nothing,
  });
  expect(post({ query, extensions: { persistedQuery: null } }).hash).toBeUndefined();
  expect(get([["query", query]])).toEqual({ ...bare, ...nothing });
});

test("a hash alone is a question", () => {
  expect(post({ extensions: { persistedQuery } })).toMatchObject({
    document: undefined,
    hash: "0123",
  });
  expect(get([["extensions", JSON.stringify({ persistedQuery })]]).hash).toBe("0123");
});

test("S2 a variable called `__proto__` or `constructor` is one like any other", () => {
  const body = JSON.parse('{"query":"{a}","variables":{"__proto__":{"x":1},"constructor":2}}');
  const { variables } = post(body);
  expect(Object.entries(variables)).toEqual([
    ["__proto__", { x: 1 }],
    ["constructor", 2],
  ]);
  expect(({} as { x?: number }).x).toBeUndefined();
});

const notQuestions: readonly (readonly [string, unknown])[] = [
  ["no body", undefined],
  ["null", null],
  ["text", "{ a }"],
  ["an empty object", {}],
  ["an empty document", { query: "" }],
  ["a document of null", { query: null }],
  ["a number for a document", { query: 7 }],
  ["a syntax tree for a document", { query: { kind: "Document", definitions: [] } }],
  ["a list for a document", { query: ["{ a }"] }],
  ["a number for an operation's name", { query, operationName: 7 }],
  ["text for variables", { query, variables: "{}" }],
  ["a list for variables", { query, variables: [] }],
  ["text for extensions", { query, extensions: "{}" }],
  ["a list for extensions", { query, extensions: [] }],
  ["a persisted query of another version", { extensions: { persistedQuery: { version: 2 } } }],
  ["a persisted query without a hash", { query, extensions: { persistedQuery: { version: 1 } } }],
  ["a persisted query that is text", { query, extensions: { persistedQuery: "0123" } }],
];

for (const [what, body] of notQuestions) {
  test(`${what} by POST is refused with 400`, () => {
    expect(refusal(() => post(body))).toEqual(["BAD_REQUEST", 400, undefined]);
  });
}

for (const [what, body] of [
  ["20 operations", Array.from({ length: 20 }, () => ({ query }))],
  ["nested arrays", [[{ query }]]],
  ["an empty array", []],
] as const) {
  test(`S14 a batch of ${what} is refused with 400`, () => {
    expect(refusal(() => post(body))).toEqual(["BAD_REQUEST", 400, undefined]);
  });
}

for (const [what, parameters] of [
  ["nothing", []],
  [
    "two documents",
    [
      ["query", query],
      ["query", "{ b }"],
    ],
  ],
  [
    "variables that are not JSON",
    [
      ["query", query],
      ["variables", "{"],
    ],
  ],
  [
    "variables that are a list",
    [
      ["query", query],
      ["variables", "[]"],
    ],
  ],
  [
    "extensions that are not JSON",
    [
      ["query", query],
      ["extensions", "id"],
    ],
  ],
] as const) {
  test(`${what} by GET is refused with 400`, () => {
    expect(refusal(() => get(parameters))).toEqual(["BAD_REQUEST", 400, undefined]);
  });
}

test("S18 a GET that says it brings something else than JSON is refused with 415", () => {
  const ask = (type: string) => refusal(() => get([["query", query]], { "content-type": type }));
  expect(ask("application/graphql")).toEqual(["BAD_REQUEST", 415, undefined]);
  expect(ask("Application/JSON; charset=utf-8")[0]).toBe("answered");
});

test("S18 other methods, and a mutation by GET, are refused with 405 and the methods to use", () => {
  for (const method of ["PUT", "PATCH", "DELETE", "HEAD"])
    expect(refusal(() => readQuestion({ ...base, method, body: { query } }))).toEqual([
      "BAD_REQUEST",
      405,
      "GET, POST",
    ]);
  for (const type of ["mutation", "subscription"] as const)
    expect(refusal(() => refuseByMethod(type, "GET"))).toEqual(["BAD_REQUEST", 405, "POST"]);
  expect(refusal(() => refuseByMethod("mutation", "POST"))[0]).toBe("answered");
  expect(refusal(() => refuseByMethod("query", "GET"))[0]).toBe("answered");
});
