import type { Field } from "../../plan/program.ts";
import { explainDenial, explainLoss, explainNull } from "./explain.ts";
import { isObject, type LinkedPlace } from "./link-places.ts";
import { type Entity, isWritten, type Position, type Run } from "./run.ts";
import { isPlain, writeLeaf } from "./write-leaf.ts";
import { one, parts, type Write, writeWrapped } from "./write-wrapped.ts";

/** What the next piece of an object's text stands behind; each has its place among what a field may begin with. */
export const behind = { nothing: 0, value: 1, openText: 2 } as const;
export type Behind = (typeof behind)[keyof typeof behind];

/**
 * Writes a field of an object: its key and its value, behind what is there. A text is left open: its last quotation mark
 * is one piece with what comes next. False as for `Write`; undefined where the field is left out.
 */
export type WriteField = (
  position: Position,
  entity: Entity | undefined,
  run: Run,
  typename: string | undefined,
  before: Behind,
) => Behind | false | undefined;

/** @param writeObject writes an object by the shape of that number */
export function linkField(
  field: Field,
  place: LinkedPlace,
  writeObject: (shape: number) => Write<Position>,
): WriteField {
  return conditional(field, linkKind(field, place, writeObject));
}

function conditional(field: Field, write: WriteField): WriteField {
  if (field.when.length === 0 && field.unless.length === 0) return write;
  return (position, entity, run, typename, before) =>
    isWritten(field, run) ? write(position, entity, run, typename, before) : undefined;
}

function linkKind(
  field: Field,
  place: LinkedPlace,
  writeObject: (shape: number) => Write<Position>,
): WriteField {
  switch (field.kind) {
    case "typename": {
      const names = linkNames(field, '"');
      return (_position, _entity, run, typename, before) => {
        run.text += names[before] + (typename ?? "");
        return behind.openText;
      };
    }
    case "introspection": {
      const names = linkNames(field);
      return (_position, _entity, run, _typename, before) => {
        run.text += names[before] + run.introspect(field.key);
        return behind.value;
      };
    }
    case "denied": {
      const { key, nonNull, signIn } = field;
      const names = linkNames(field, "null");
      return (_position, _entity, run, _typename, before) => {
        explainDenial(run, key, signIn);
        run.text += names[before];
        return nonNull ? false : behind.value;
      };
    }
    case "leaf":
      return linkLeaf(field, place);
    case "object":
      return linkObject(field, place, writeObject(field.shape));
  }
}

type LeafField = Field & { readonly kind: "leaf" };
type ObjectField = Field & { readonly kind: "object" };

/** Most values are strings, and most of those need no escape: they go by a short way. */
function linkLeaf(field: LeafField, place: LinkedPlace): WriteField {
  const leaf = writeLeaf(field.leaf);
  const read = place.reader(field.reads);
  const names = linkNames(field);
  const namesOfTexts = linkNames(field, '"');
  const whole = inPath(
    field,
    place,
    writeWrapped(field.type, one, (value, run) => {
      const text = leaf(value);
      if (text === undefined) explainNull(run);
      else run.text += text;
      return text !== undefined;
    }),
  );
  const isList = field.type.items.length > 0;
  const isText = !isList && ["String", "ID", "any"].includes(field.leaf.kind);
  return (position, entity, run, _typename, before) => {
    const value = read(position, entity);
    if (isText && typeof value === "string" && (run.plain || isPlain(value))) {
      run.text += namesOfTexts[before];
      run.text += value;
      return behind.openText;
    }
    run.text += names[before];
    return whole(value, entity, run) && behind.value;
  };
}

function linkObject(field: ObjectField, place: LinkedPlace, write: Write<Position>): WriteField {
  const names = linkNames(field);
  if (field.reads.length <= 1) {
    const read = place.reader(field.reads);
    const whole = inPath(
      field,
      place,
      writeWrapped(field.type, one, (value, run) => {
        if (isObject(value)) return write(value, run);
        explainNull(run);
        return false;
      }),
    );
    return (position, entity, run, _typename, before) => {
      run.text += names[before];
      return whole(read(position, entity), entity, run) && behind.value;
    };
  }
  const read = place.partsReader(field.reads);
  const whole = inPath(
    field,
    place,
    writeWrapped(field.type, parts, (values, run) => {
      const position = values.map((value) => (isObject(value) ? value : undefined));
      if (position.some((part) => part !== undefined)) return write(position, run);
      explainNull(run);
      return false;
    }),
  );
  return (position, entity, run, _typename, before) => {
    run.text += names[before];
    return whole(read(position, entity), entity, run) && behind.value;
  };
}

/** What stands before a value, by what stands before that. */
function linkNames({ key }: Field, more = ""): Readonly<Record<Behind, string>> {
  const name = `${JSON.stringify(key)}:${more}`;
  return [`{${name}`, `,${name}`, `",${name}`];
}

/** Writes a value with the path at its field. When it is null because a call failed, that is said first. */
function inPath<Value>(
  field: LeafField | ObjectField,
  place: LinkedPlace,
  write: Write<Value>,
): (value: Value, entity: Entity | undefined, run: Run) => boolean {
  const joins = field.reads.flatMap(({ layer }) =>
    layer < place.base ? [] : [layer - place.base],
  );
  return (value, entity, run) => {
    run.path.push(field.key);
    if (run.failures.length > 0 && entity !== undefined && isNothing(value)) {
      for (const join of joins) {
        const failure = entity.given[join]?.failure;
        if (failure !== undefined) explainLoss(run, failure);
      }
    }
    const written = write(value, run);
    run.path.pop();
    return written;
  };
}

function isNothing(value: unknown): boolean {
  return Array.isArray(value) ? value.every(one.isNull) : one.isNull(value);
}
