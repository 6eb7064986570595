import type { Field, Program, Shape, ShapeCase } from "../../plan/program.ts";
import { explainLoss, explainNull, relayAt } from "./explain.ts";
import { isObject, type Layers, type LinkedPlace, type Position } from "./link-reads.ts";
import { holds, type Joined, type JsonObject, type Path, type Run } from "./run.ts";
import { quote, writeLeaf } from "./write-leaf.ts";
import { one, parts, type Write, writeWrapped } from "./write-wrapped.ts";

/** Writes `"key":value`; undefined as for `Write`, an empty text where the field is left out. */
type WriteField = (layers: Layers, run: Run, typename: string | undefined) => string | undefined;

type LinkedCase = readonly WriteField[];

/** Links the shapes of a program to what writes an answer: the JSON text of `data`. */
export function linkShapes(
  { interfaceObjects, shapes }: Program,
  places: readonly LinkedPlace[],
): (root: JsonObject, run: Run) => string {
  const interfaces = new Set(interfaceObjects);
  const writers = shapes.map((shape, index) => linkShape(shape, index));

  function linkShape(shape: Shape, index: number): Write<Position> {
    const place = places[shape.place] as LinkedPlace;
    const cases = new Map<string | undefined, LinkedCase>();
    // Linked when they are first needed: shapes are used by shapes before them.
    const caseOf = (typename: string | undefined): LinkedCase | undefined => {
      const known = cases.get(typename);
      if (known !== undefined) return known;
      const fitting = pickCase(shape, typename);
      if (fitting === undefined) return undefined;
      const linked = linkCase(fitting, place);
      cases.set(typename, linked);
      return linked;
    };
    const fixed = fixedType(shape);
    // The variables may leave out all that the type decides.
    const caseOfAny = (run: Run): LinkedCase | undefined => {
      const written = shape.cases.map(({ fields }) =>
        fields.filter((field) => isWritten(field, run)),
      );
      const [first] = written;
      const alike = written.every((fields) => JSON.stringify(fields) === JSON.stringify(first));
      if (!alike || first?.some(({ kind }) => kind === "typename")) return undefined;
      return shape.cases[0] && linkCase(shape.cases[0], place);
    };

    function write(position: Position, run: Run): string | undefined {
      const layers = place.layers(position, run);
      const named = fixed ?? place.typename(layers);
      const typename = named && interfaces.has(named) ? undefined : named;
      const linked = caseOf(typename) ?? (typename === undefined ? caseOfAny(run) : undefined);
      if (linked === undefined) {
        explainNull(run);
        return undefined;
      }
      if (place.joins.length > 0) relayErrors(position, run);
      let text = "";
      for (const field of linked) {
        const written = field(layers, run, typename);
        if (written === undefined) return undefined;
        if (written !== "") text += text === "" ? written : `,${written}`;
      }
      return `{${text}}`;
    }

    function relayErrors(position: Position, run: Run): void {
      for (const joined of joinedAt(place, position, run)) {
        for (const error of joined.given.errors ?? [])
          relayAt(run, error, inAnswer(error.path, index));
      }
    }

    const { decidedBy } = shape;
    if (decidedBy === undefined) return write;
    return (position, run) => {
      const joined = run.joins[decidedBy]?.get(position);
      if (joined?.text !== undefined && joined.shape === index) return joined.text;
      const before = run.errors.length;
      const text = write(position, run);
      if (joined !== undefined && text !== undefined && run.errors.length === before) {
        joined.text = text;
        joined.shape = index;
      }
      return text;
    };
  }

  /** A path inside an object of a shape, as far as the answer has it: what a fetch needs for itself is not there. */
  function inAnswer(path: Path = [], shape: number): Path {
    const known: (string | number)[] = [];
    let at: number | undefined = shape;
    for (const step of path) {
      if (typeof step === "number") {
        known.push(step);
        continue;
      }
      const fields: readonly Field[] = shapes[at ?? -1]?.cases.flatMap((one) => one.fields) ?? [];
      const field = fields.find(({ key, planned = key }) => planned === step);
      if (field === undefined) break;
      known.push(field.key);
      at = field.kind === "object" ? field.shape : undefined;
    }
    return known;
  }

  function linkCase({ fields }: ShapeCase, place: LinkedPlace): LinkedCase {
    return fields.map((field) => conditional(field, linkField(field, place)));
  }

  function linkField(field: Field, place: LinkedPlace): WriteField {
    const prefix = `${JSON.stringify(field.key)}:`;
    switch (field.kind) {
      case "typename":
        return (_, __, typename) => `${prefix}${quote(typename ?? "")}`;
      case "introspection":
        return (_, run) => prefix + run.introspect(field.key);
      case "leaf": {
        const leaf = writeLeaf(field.leaf);
        const read = place.reader(field.reads);
        const slow = inPath(
          field,
          place,
          prefix,
          writeWrapped(field.type, one, (value, run) => {
            const text = leaf(value);
            if (text === undefined) explainNull(run);
            return text;
          }),
        );
        if (field.type.items.length > 0) return (layers, run) => slow(read(layers), layers, run);
        return (layers, run) => {
          const value = read(layers);
          if (value !== null && value !== undefined) {
            const text = leaf(value);
            if (text !== undefined) return prefix + text;
          }
          return slow(value, layers, run);
        };
      }
      case "object": {
        const { reads, shape, type } = field;
        const write: Write<Position> = (position, run) =>
          (writers[shape] as Write<Position>)(position, run);
        if (reads.length <= 1) {
          const read = place.reader(reads);
          const whole = inPath(
            field,
            place,
            prefix,
            writeWrapped(type, one, (value, run) => {
              if (isObject(value)) return write(value, run);
              explainNull(run);
              return undefined;
            }),
          );
          return (layers, run) => whole(read(layers), layers, run);
        }
        const read = place.partsReader(reads);
        const whole = inPath(
          field,
          place,
          prefix,
          writeWrapped(type, parts, (values, run) => {
            const position = values.map((value) => (isObject(value) ? value : undefined));
            if (position.some((part) => part !== undefined)) return write(position, run);
            explainNull(run);
            return undefined;
          }),
        );
        return (layers, run) => whole(read(layers), layers, run);
      }
    }
  }

  return (root, run) => (writers[0] as Write<Position>)(root, run) ?? "null";
}

/** Writes a value with the path at its field. When it is null because a call failed, that is said first. */
function inPath<Value>(
  field: Field & { readonly reads: readonly { readonly layer: number }[] },
  place: LinkedPlace,
  prefix: string,
  write: Write<Value>,
): (value: Value, layers: Layers, run: Run) => string | undefined {
  const joins = new Set(field.reads.flatMap(({ layer }) => place.joins[layer - place.base] ?? []));
  return (value, layers, run) => {
    run.path.push(field.key);
    if (run.failures.length > 0 && joins.size > 0 && isNothing(value)) {
      const position = basesOf(layers, place);
      for (const joined of joinedAt(place, position, run, joins)) {
        if (joined.given.failure !== undefined) explainLoss(run, joined.given.failure);
      }
    }
    const text = write(value, run);
    run.path.pop();
    return text === undefined ? undefined : prefix + text;
  };
}

function isNothing(value: unknown): boolean {
  return Array.isArray(value) ? value.every(one.isNull) : one.isNull(value);
}

function basesOf(layers: Layers, { base }: LinkedPlace): Position {
  const all = layers as readonly JsonObject[];
  return base === 1 ? (all[0] as JsonObject) : all.slice(0, base);
}

function joinedAt(
  place: LinkedPlace,
  position: Position,
  run: Run,
  only?: ReadonlySet<number>,
): readonly Joined[] {
  return place.joins.flatMap((index) =>
    only === undefined || only.has(index) ? (place.find(position, run.joins[index]) ?? []) : [],
  );
}

/** The one type that all objects of a shape have, if there is one. */
function fixedType({ cases }: Shape): string | undefined {
  const types = cases.flatMap((one) => one.types);
  return types.length === 1 ? types[0] : undefined;
}

function pickCase({ cases }: Shape, typename: string | undefined): ShapeCase | undefined {
  if (typename !== undefined) return cases.find(({ types }) => types.includes(typename));
  // Nobody asked for the type, or nobody knows it: fine where nothing depends on it.
  const [only, ...others] = cases;
  return others.length === 0 && only?.fields.every(({ kind }) => kind !== "typename")
    ? only
    : undefined;
}

function conditional({ unless, when }: Field, write: WriteField): WriteField {
  if (when.length === 0 && unless.length === 0) return write;
  return (layers, run, typename) =>
    isWritten({ unless, when }, run) ? write(layers, run, typename) : "";
}

function isWritten({ unless, when }: Pick<Field, "unless" | "when">, run: Run): boolean {
  return holds(when, run) && !unless.some((other) => holds(other, run));
}
