import type { Field } from "../../plan/program.ts";
import { explainDenial, explainLoss, explainNull } from "./explain.ts";
import { isObject, type LinkedPlace } from "./link-places.ts";
import { type Entity, isWritten, type Position, type Run } from "./run.ts";
import { isPlain, writeLeaf } from "./write-leaf.ts";
import { one, parts, type Write, writeWrapped } from "./write-wrapped.ts";

/**
 * Writes a field of an object: its key and its value, behind `{` or `,`. False as for `Write`; undefined where the field is
 * left out.
 */
export type WriteField = (
  position: Position,
  entity: Entity | undefined,
  run: Run,
  typename: string | undefined,
  isFirst: boolean,
) => boolean | undefined;

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
  return (position, entity, run, typename, isFirst) =>
    isWritten(field, run) ? write(position, entity, run, typename, isFirst) : undefined;
}

function linkKind(
  field: Field,
  place: LinkedPlace,
  writeObject: (shape: number) => Write<Position>,
): WriteField {
  switch (field.kind) {
    case "typename": {
      const [first, next] = prefixes(field, '"');
      return (_position, _entity, { out }, typename, isFirst) => {
        out.push(isFirst ? first : next, typename ?? "", '"');
        return true;
      };
    }
    case "introspection": {
      const [first, next] = prefixes(field);
      return (_position, _entity, { introspect, out }, _typename, isFirst) => {
        out.push(isFirst ? first : next, introspect(field.key));
        return true;
      };
    }
    case "denied": {
      const { key, nonNull, signIn } = field;
      const [first, next] = prefixes(field, "null");
      return (_position, _entity, run, _typename, isFirst) => {
        explainDenial(run, key, signIn);
        run.out.push(isFirst ? first : next);
        return !nonNull;
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
  const [first, next] = prefixes(field);
  const [firstText, nextText] = prefixes(field, '"');
  const whole = inPath(
    field,
    place,
    writeWrapped(field.type, one, (value, run) => {
      const text = leaf(value);
      if (text === undefined) explainNull(run);
      else run.out.push(text);
      return text !== undefined;
    }),
  );
  const isList = field.type.items.length > 0;
  const isText = field.leaf.kind === "String" || field.leaf.kind === "ID";
  return (position, entity, run, _typename, isFirst) => {
    const value = read(position, entity);
    if (isText && !isList && typeof value === "string" && isPlain(value)) {
      run.out.push(isFirst ? firstText : nextText, value, '"');
      return true;
    }
    run.out.push(isFirst ? first : next);
    return whole(value, entity, run);
  };
}

function linkObject(field: ObjectField, place: LinkedPlace, write: Write<Position>): WriteField {
  const [first, next] = prefixes(field);
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
    return (position, entity, run, _typename, isFirst) => {
      run.out.push(isFirst ? first : next);
      return whole(read(position, entity), entity, run);
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
  return (position, entity, run, _typename, isFirst) => {
    run.out.push(isFirst ? first : next);
    return whole(read(position, entity), entity, run);
  };
}

/** What stands before a value: at the first field of an object, and at those after it. */
function prefixes({ key }: Field, more = ""): readonly [first: string, next: string] {
  const name = `${JSON.stringify(key)}:${more}`;
  return [`{${name}`, `,${name}`];
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
