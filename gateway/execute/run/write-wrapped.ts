import type { Wrapping } from "../../plan/program.ts";
import { explainNull } from "./explain.ts";
import type { Run } from "./run.ts";

/**
 * Writes a value as JSON to the answer of a run. False stands for a null where none may be: then what holds the value is
 * null, the reason has been given, and whoever holds it takes back what was written.
 */
export type Write<Value> = (value: Value, run: Run) => boolean;

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
 * @param inner gets what is not null; false says that it is unusable, and that the reason has been given
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
  if (nonNull) {
    return (value, run) => {
      if (!look.isNull(value)) return whole(value, run);
      explainNull(run);
      return false;
    };
  }
  return (value, run) => {
    const before = run.text;
    if (!look.isNull(value) && whole(value, run)) return true;
    run.text = `${before}null`;
    return true;
  };
}

function writeList<Value>(look: Look<Value>, item: Write<Value>): Write<Value> {
  return (value, run) => {
    const items = look.items(value);
    if (items === undefined) {
      explainNull(run);
      return false;
    }
    const { path } = run;
    const depth = path.length;
    run.text += "[";
    for (let index = 0; index < items.length; index++) {
      path[depth] = index;
      if (index > 0) run.text += ",";
      if (!item(items[index] as Value, run)) {
        path.length = depth;
        return false;
      }
    }
    path.length = depth;
    run.text += "]";
    return true;
  };
}
