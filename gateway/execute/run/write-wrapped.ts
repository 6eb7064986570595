import type { Wrapping } from "../../plan/program.ts";
import { explainNull } from "./explain.ts";
import type { Run } from "./run.ts";

/**
 * Writes a value as JSON. Undefined stands for a null where none may be: then what holds the value is null, and the
 * reason has been given.
 */
export type Write<Value> = (value: Value, run: Run) => string | undefined;

/** How to look at a value: one, or what several layers have of it. */
interface Look<Value> {
  isNull(value: Value): boolean;
  /** The items, or undefined when it is no list. */
  items(value: Value): readonly Value[] | undefined;
}

export const one: Look<unknown> = {
  isNull: (value) => value === null || value === undefined,
  items: (value) => (Array.isArray(value) ? value : undefined),
};

export const parts: Look<readonly unknown[]> = {
  isNull: (values) => values.every(one.isNull),
  items(values) {
    const lists = values.map((value) => (Array.isArray(value) ? (value as unknown[]) : undefined));
    const first = lists.find((list) => list !== undefined);
    return first?.map((_, index) => lists.map((list) => list?.[index]));
  },
};

/**
 * Puts lists and nulls around the writing of what is inside, with the propagation of nulls of the GraphQL specification
 * (section 6.4.4).
 * @param inner gets what is not null; undefined says that it is unusable, and that the reason has been given
 */
export function writeWrapped<Value>(
  { items, nonNull }: Wrapping,
  look: Look<Value>,
  inner: Write<Value>,
): Write<Value> {
  const [itemNonNull, ...deeper] = items;
  const whole =
    itemNonNull === undefined
      ? inner
      : writeList(look, writeWrapped({ nonNull: itemNonNull, items: deeper }, look, inner));
  return (value, run) => {
    if (look.isNull(value)) {
      if (!nonNull) return "null";
      explainNull(run);
      return undefined;
    }
    const text = whole(value, run);
    return text === undefined && !nonNull ? "null" : text;
  };
}

function writeList<Value>(look: Look<Value>, item: Write<Value>): Write<Value> {
  return (value, run) => {
    const items = look.items(value);
    if (items === undefined) {
      explainNull(run);
      return undefined;
    }
    const depth = run.path.length;
    let text = "[";
    for (let index = 0; index < items.length; index++) {
      run.path[depth] = index;
      const one = item(items[index] as Value, run);
      if (one === undefined) {
        run.path.length = depth;
        return undefined;
      }
      text += index === 0 ? one : `,${one}`;
    }
    run.path.length = depth;
    return `${text}]`;
  };
}
