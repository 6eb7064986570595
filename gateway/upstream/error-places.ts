import { Kind, parse, type SelectionNode } from "graphql";
import { catalogue } from "../../runtime/errors.ts";
import type { SubgraphAnswer, SubgraphCall, SubgraphError } from "./send.ts";
import type { SubgraphFault } from "./subgraph-fault.ts";

/** Errors that one failed call becomes at most; beyond it, one error stands for all entities. */
const maxErrors = 100;

/** A failed call as one error for each field that it costs. */
export function explainFault(call: SubgraphCall, fault: SubgraphFault): readonly SubgraphError[] {
  const { code } = fault;
  const extensions = { code, service: call.subgraph };
  return spread(call, { message: catalogue[code].sentence, extensions });
}

/**
 * Gives the errors of an answer places that exist. One without a path stands for every field of a call without data;
 * one whose path names no representation belongs to the nearest thing that is known, which is where the call began.
 */
export function placeErrors(
  call: SubgraphCall,
  { data, errors }: SubgraphAnswer,
): readonly SubgraphError[] {
  const { representations } = call.variables;
  return errors.flatMap((error) => {
    const [root, index] = error.path ?? [];
    if (root === undefined) return data === null ? spread(call, error) : [error];
    if (!Array.isArray(representations)) return [error];
    const known =
      root === "_entities" && typeof index === "number" && index < representations.length;
    return [known ? error : { ...error, path: [] }];
  });
}

/**
 * The paths are those of the call: the stock executor puts the client's path in the place of `_entities, index`, and
 * of the path's beginning where there is no index.
 */
function spread(call: SubgraphCall, error: SubgraphError): readonly SubgraphError[] {
  const { representations } = call.variables;
  const fields = fieldsOf(call.query);
  const places = Array.isArray(representations)
    ? representations.map((_, index) => ["_entities", index])
    : [[]];
  const count = places.length * fields.length;
  if (count === 0 || count > maxErrors) return [{ ...error, path: [] }];
  return places.flatMap((place) => fields.map((field) => ({ ...error, path: [...place, field] })));
}

/** Response names of the fields that a call asks for: of its entities, or of its root type. */
function fieldsOf(query: string): readonly string[] {
  const operation = parse(query, { noLocation: true }).definitions.find(
    (definition) => definition.kind === Kind.OPERATION_DEFINITION,
  );
  const root = operation?.selectionSet.selections ?? [];
  const entities = root.find(
    (selection) => selection.kind === Kind.FIELD && selection.name.value === "_entities",
  );
  return [...new Set(names(entities === undefined ? root : inner(entities)))];
}

function inner(selection: SelectionNode): readonly SelectionNode[] {
  return "selectionSet" in selection ? (selection.selectionSet?.selections ?? []) : [];
}

function names(selections: readonly SelectionNode[]): readonly string[] {
  return selections.flatMap((selection) => {
    if (selection.kind !== Kind.FIELD) return names(inner(selection));
    return selection.name.value === "__typename" ? [] : [(selection.alias ?? selection.name).value];
  });
}
