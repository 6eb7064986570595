import { makeBrotliBomb } from "./brotli-bomb.ts";
import { kinds } from "./supergraph.ts";

/** A request that no gateway may do work for. */
export interface Attack {
  readonly name: string;
  /** Makes it another time: its text differs, so that no verdict on the one before is remembered. */
  request(turn: number): HostileRequest;
  /** Status and code with which it is refused. */
  readonly refusal: readonly [status: number, code: string];
}

export interface HostileRequest {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
}

const json = { "content-type": "application/json" };
const times = (length: number, make: (at: number) => string): string =>
  Array.from({ length }, (_, at) => make(at)).join(" ");

function document(
  name: string,
  code: string,
  text: (turn: number) => string,
  variables: object = {},
): Attack {
  return {
    name,
    refusal: [400, code],
    request: (turn) => ({
      headers: json,
      body: JSON.stringify({ query: text(turn), variables }),
    }),
  };
}

function encoded(name: string, headers: HostileRequest["headers"], body: string | Buffer): Attack {
  return {
    name,
    refusal: [415, "BAD_REQUEST"],
    request: () => ({ headers: { ...json, ...headers }, body }),
  };
}

function batch(name: string, body: (turn: number) => unknown): Attack {
  return {
    name,
    refusal: [400, "BAD_REQUEST"],
    request: (turn) => ({ headers: json, body: JSON.stringify(body(turn)) }),
  };
}

const complex = "OPERATION_TOO_COMPLEX";
const invalid = "GRAPHQL_VALIDATION_FAILED";
const expensive = "COST_ESTIMATED_TOO_EXPENSIVE";

const doubled = (turn: number): string => {
  const chain = times(
    29,
    (at) =>
      `fragment F${at} on Node { a: node { ...F${at + 1} } b: node { ...F${at + 1} } fragmentOf${turn}: id }`,
  );
  return `query Q${turn} { node { ...F0 } } ${chain} fragment F29 on Node { id }`;
};

const manyFragments = (count: number, turn: number): string => {
  const fragments = times(count, (at) => {
    const kind = kinds[at % kinds.length];
    return `fragment F${at} on ${kind} { t${turn}: a${kind} b${kind} node { id } }`;
  });
  return `{ node { ${times(count, (at) => `...F${at}`)} } } ${fragments}`;
};

const crowd = (turn: number): string =>
  `{ t${turn}: node { ${times(312, (at) => `... on ${kinds[at % kinds.length]} { b${kinds[at % kinds.length]} }`)} } }`;

const around = (turn: number, levels: number): string => {
  const level = "todos(first: 1) { edges { node { owner { ";
  return `{ me { t${turn}: id ${level.repeat(levels)} id ${"} } } } ".repeat(levels)} } }`;
};

const pages = (first: string): string =>
  `todos(first: ${first}) { edges { node { list { todos(first: ${first}) { edges { node { list { todos(first: ${first}) { edges { node { id } } } } } } } } } } }`;

/** Requests that cost their sender little. */
export async function listAttacks(): Promise<readonly Attack[]> {
  const bomb = await makeBrotliBomb();
  const small = '{"query":"{ __typename }"}';
  return [
    document("S4 30 nested fragments, each spread twice", complex, doubled),
    document("S5 301 fragments on types of an interface", complex, (turn) =>
      manyFragments(301, turn),
    ),
    document("S5 312 inline fragments at one place", complex, crowd),
    document(
      "S6 a cycle of fragments with fields and directives",
      invalid,
      (turn) =>
        `{ t${turn}: node { ...A } } fragment A on Node { id node @include(if: true) { ...B } } fragment B on Node { ...A id }`,
    ),
    document(
      "S6 a cycle of 250 fragments",
      invalid,
      (turn) =>
        `{ t${turn}: node { ...F0 } } ${times(250, (at) => `fragment F${at} on Node { id ...F${(at + 1) % 250} }`)}`,
    ),
    document(
      "S7 1 MB of names",
      complex,
      (turn) => `{ t${turn}: ${"a:__typename b:__typename ".repeat(40_000)} }`,
    ),
    document(
      "S7 128 kB of names",
      complex,
      (turn) => `{ t${turn}: ${"a:__typename b:__typename ".repeat(5_000)} }`,
    ),
    document(
      "S7 1,000 aliases of a root field",
      complex,
      (turn) => `{ ${times(1_000, (at) => `a${turn}_${at}: me { id }`)} }`,
    ),
    document(
      "S8 1,000 times one field",
      complex,
      (turn) => `{ t${turn}: me { ${"id ".repeat(1_000)} } }`,
    ),
    document(
      "S8 500 @include on a field",
      invalid,
      (turn) => `{ t${turn}: me { id ${"@include(if: true) ".repeat(500)} } }`,
    ),
    document(
      "S8 one unknown directive 1,000 times",
      complex,
      (turn) => `{ t${turn}: me { id ${"@aa ".repeat(1_000)} } }`,
    ),
    document("S9 me to todos to owners to todos, 50 times", complex, (turn) => around(turn, 50)),
    document("S9 the same 7 times with pages of 100", expensive, (turn) =>
      around(turn, 7).replaceAll("first: 1)", "first: 100)"),
    ),
    document(
      "S10 introspection in circles",
      invalid,
      (turn) =>
        `{ t${turn}: __schema { types { ${"fields { type { ".repeat(6)} name ${"} } ".repeat(6)} } } }`,
    ),
    document(
      "S12 a page of a million",
      expensive,
      (turn) => `{ t${turn}: todos(first: 1000000) { edges { node { id } } } }`,
    ),
    document(
      "S12 pages of 100 in pages of pages",
      expensive,
      (turn) => `{ t${turn}: ${pages("100")} }`,
    ),
    document(
      "S12 pages of a size by variable",
      expensive,
      (turn) => `query ($first: Int) { t${turn}: ${pages("$first")} }`,
      { first: 100 },
    ),
    document(
      "S12 a page of a negative size",
      "BAD_USER_INPUT",
      (turn) => `{ t${turn}: todos(first: -1) { edges { node { id } } } }`,
    ),
    batch("S14 a batch of 20", (turn) =>
      Array.from({ length: 20 }, () => ({ query: `{ t${turn}: __typename }` })),
    ),
    batch("S14 batches in a batch", (turn) => [[{ query: `{ t${turn}: __typename }` }]]),
    batch("S14 a batch of none", () => []),
    encoded("S15 1 kB of brotli that is 1 GiB", { "content-encoding": "br" }, bomb),
    encoded("S17 a body in UTF-7", { "content-type": "application/json; charset=utf-7" }, small),
    encoded(
      "S17 a body in two charsets",
      { "content-type": "application/json; charset=utf-8; charset=utf-7" },
      small,
    ),
  ];
}
