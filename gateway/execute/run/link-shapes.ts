import type { Field, Program, Shape, ShapeCase } from "../../plan/program.ts";
import { explainNull, relayAt } from "./explain.ts";
import { type Behind, behind, linkField, type WriteField } from "./link-fields.ts";
import type { LinkedPlace } from "./link-places.ts";
import {
  type Entity,
  isWritten,
  type JsonObject,
  type Path,
  type Position,
  type Run,
} from "./run.ts";
import type { Write } from "./write-wrapped.ts";

type LinkedCase = readonly WriteField[];

/** What ends an object's text, by what stands before it. */
const ends: Readonly<Record<Behind, string>> = ["{}", "}", '"}'];

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
    const fixed = fixedType(shape);

    // Linked when they are first needed: shapes are used by shapes before them.
    function caseOf(typename: string | undefined, run: Run): LinkedCase | undefined {
      const known = cases.get(typename);
      if (known !== undefined) return known;
      const fitting = pickCase(shape, typename, run);
      if (fitting === undefined) return undefined;
      const linked = fitting.fields.map((field) => linkField(field, place, writeLater));
      // Without a type it depends on the variables which case will do.
      if (typename !== undefined) cases.set(typename, linked);
      return linked;
    }

    function write(position: Position, entity: Entity | undefined, run: Run): boolean {
      const named = fixed ?? place.typename(position, entity);
      const typename = named && interfaces.has(named) ? undefined : named;
      const fields = caseOf(typename, run);
      if (fields === undefined) {
        explainNull(run);
        return false;
      }
      if (entity !== undefined) relayErrors(entity, run);
      let before: Behind = behind.nothing;
      for (const field of fields) {
        const written = field(position, entity, run, typename, before);
        if (written === false) return false;
        if (written !== undefined) before = written;
      }
      run.text += ends[before];
      return true;
    }

    function relayErrors({ given }: Entity, run: Run): void {
      for (const one of given) {
        if (one?.errors === undefined) continue;
        for (const error of one.errors) relayAt(run, error, inAnswer(error.path, index));
      }
    }

    if (!shape.decided) return (position, run) => write(position, place.entity(position, run), run);
    return (position, run) => {
      const entity = place.entity(position, run);
      if (entity === undefined || entity.objects === 1) return write(position, entity, run);
      if (entity.text !== undefined && entity.shape === index) {
        run.text += entity.text;
        return true;
      }
      const { errors, text } = run;
      const before = errors.length;
      run.text = "";
      const written = write(position, entity, run);
      if (written && errors.length === before) {
        entity.text = run.text;
        entity.shape = index;
      }
      run.text = text + run.text;
      return written;
    };
  }

  function writeLater(shape: number): Write<Position> {
    return (position, run) => (writers[shape] as Write<Position>)(position, run);
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

  return (root, run) => {
    return (writers[0] as Write<Position>)(root, run) ? run.text : "null";
  };
}

/** The one type that all objects of a shape have, if there is one. */
function fixedType({ cases }: Shape): string | undefined {
  const types = cases.flatMap((one) => one.types);
  return types.length === 1 ? types[0] : undefined;
}

/** An object whose type nobody asked for, or nobody knows, is written where nothing depends on it. */
function pickCase({ cases }: Shape, typename: string | undefined, run: Run): ShapeCase | undefined {
  if (typename !== undefined) return cases.find(({ types }) => types.includes(typename));
  // The variables may leave out all that the type decides.
  const written = cases.map(({ fields }) => fields.filter((field) => isWritten(field, run)));
  const [first] = written;
  const alike = written.every((fields) => JSON.stringify(fields) === JSON.stringify(first));
  return alike && !first?.some(({ kind }) => kind === "typename") ? cases[0] : undefined;
}
