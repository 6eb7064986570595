import { expect, test } from "@jest/globals";
import { buildSchema, NoFragmentCyclesRule, parse, validate } from "graphql";
import { checkDocument } from "./check-document.ts";
import { defaultLimits } from "./limits.ts";

const schema = buildSchema("type Query { a: Query, b: Int }");

const cycles: readonly (readonly [string, string])[] = [
  ["a fragment that spreads itself", "{ ...A } fragment A on Query { b ...A }"],
  [
    "two that spread each other",
    "{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }",
  ],
  [
    "siblings and directives around the spreads",
    "{ ...A } fragment A on Query { b a { b ...B @include(if: true) b } } fragment B on Query { b ... @skip(if: false) { a { ...C } } } fragment C on Query { ...A b }",
  ],
  ["a cycle that no operation leads to", "{ b } fragment A on Query { a { ...A } }"],
];
for (const [what, document] of cycles) {
  test(`S6 ${what} is a validation error, in the words of graphql-js`, () => {
    const parsed = parse(document);
    expect(checkDocument(parsed, defaultLimits())).toMatchObject({
      message: validate(schema, parsed, [NoFragmentCyclesRule])[0]?.message,
      extensions: { code: "GRAPHQL_VALIDATION_FAILED" },
    });
  });
}

test("S6 fragments that all spread each other are refused without following every way", () => {
  const names = Array.from({ length: 100 }, (_, at) => `F${at}`);
  const spreads = names.map((name) => `...${name}`).join(" ");
  const fragments = names.map((name) => `fragment ${name} on Query { ${spreads} }`);
  const started = performance.now();
  const refusal = checkDocument(parse(`{ ...F0 } ${fragments.join(" ")}`), defaultLimits());
  expect(refusal?.extensions["code"]).toBe("GRAPHQL_VALIDATION_FAILED");
  expect(performance.now() - started).toBeLessThan(500);
});

test("a fragment that is spread in several places is no cycle", () => {
  const document =
    "{ ...A ...B } fragment A on Query { ...C } fragment B on Query { ...C ...A } fragment C on Query { b }";
  expect(checkDocument(parse(document), defaultLimits())).toBeUndefined();
});
