import type { Leaf } from "../../plan/program.ts";

/** Writes a value of a scalar or enum as JSON; undefined when it is none. */
export type WriteLeaf = (value: unknown) => string | undefined;

/** @see https://spec.graphql.org/October2021/#sec-Scalars for the built-in scalars; any other may be any JSON. */
export function writeLeaf(leaf: Leaf): WriteLeaf {
  switch (leaf.kind) {
    case "Int":
      return (value) => (isInt32(value) ? `${value}` : undefined);
    case "Float":
      // JSON has numbers that are larger than any here.
      return (value) => (Number.isFinite(value) ? `${value}` : undefined);
    case "String":
      return (value) => (typeof value === "string" ? quote(value) : undefined);
    case "Boolean":
      return (value) => (typeof value === "boolean" ? `${value}` : undefined);
    case "ID":
      return (value) => {
        if (typeof value === "string") return quote(value);
        return Number.isInteger(value) ? `"${value}"` : undefined;
      };
    case "any":
      return (value) => JSON.stringify(value);
    case "enum": {
      const texts = new Map<unknown, string>(leaf.values.map((name) => [name, `"${name}"`]));
      return (value) => texts.get(value);
    }
  }
}

function isInt32(value: unknown): value is number {
  return typeof value === "number" && (value | 0) === value;
}

/** A character that JSON has no plain form for, or half of a pair, which JSON.stringify may have to escape. */
const special = /[^\u0020\u0021\u0023-\u005b\u005d-\ud7ff\ue000-\uffff]/;

/** Whether a text stands for itself in JSON. Most do, and looking is several times as fast as JSON.stringify. */
export function isPlain(text: string): boolean {
  return text.length < 1_000 && !special.test(text);
}

export function quote(text: string): string {
  return isPlain(text) ? `"${text}"` : JSON.stringify(text);
}
