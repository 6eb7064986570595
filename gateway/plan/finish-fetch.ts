import type { FetchDataKeyRenamer, QueryPlanSelectionNode } from "@apollo/query-planner";
import { type GraphQLSchema, isAbstractType, isInterfaceType } from "graphql";
import type { GivenKeys } from "./name-fields.ts";
import type { PlaceBuilder } from "./place-builder.ts";
import type {
  ContextVariable,
  Fetch,
  PathStep,
  RequiredField,
  RequiredFragment,
  RewriteStep,
  When,
} from "./program.ts";
import { entityFragmentsOf, type PlacedFetch, renamersOf } from "./read-fetch.ts";

/** A type condition that the planner puts behind a path element: `@|[Book,Film]`. */
const condition = /^(.*?)(?:\|\[(.*)\])?$/;

export function placeAt(root: PlaceBuilder, path: readonly string[]): PlaceBuilder {
  return path.reduce((place, element) => {
    const key = keyOf(element);
    return key === undefined ? place : place.child(key);
  }, root);
}

/** The field that a path element names, or undefined where it names list items or nothing but a condition. */
function keyOf(element: string): string | undefined {
  const key = condition.exec(element)?.[1] ?? "";
  return key === "@" || key === "" ? undefined : key;
}

function givenKeyOf(element: string, keys: GivenKeys): readonly string[] {
  const key = keyOf(element);
  return key === undefined ? [] : [keys.get(key) ?? key];
}

const fragment = "... on ";

function rewriteSteps(path: readonly string[], schema: GraphQLSchema): readonly RewriteStep[] {
  return path.map((element) =>
    element.startsWith(fragment)
      ? { types: namesWithin(element.slice(fragment.length), schema) }
      : element,
  );
}

/** What a fetch needs at run time, when all places have their layers. */
export function finishFetch(
  fetch: PlacedFetch,
  root: PlaceBuilder,
  schema: GraphQLSchema,
  keys: GivenKeys,
): Fetch {
  const { node, path, place } = fetch;
  const firstList = path.findIndex((element) => element.startsWith("@"));
  return {
    subgraph: node.serviceName,
    document: fetch.document,
    name: node.operationName,
    type: node.operationKind,
    variables: node.variableUsages ?? [],
    place: place.index,
    path: pathSteps(root, path),
    prefix: (firstList < 0 ? path : path.slice(0, firstList)).flatMap((element) =>
      givenKeyOf(element, keys),
    ),
    requires: node.requires && fragmentsOf(node.requires, place, schema),
    entityTypes:
      node.requires === undefined
        ? []
        : entityFragmentsOf(fetch).flatMap(({ type }) => namesWithin(type, schema)),
    inputRewrites: (node.inputRewrites ?? []).map((rewrite) => ({
      ...rewrite,
      path: rewriteSteps(rewrite.path, schema),
    })),
    renamed: Object.fromEntries(
      renamersOf(node).map(({ path: names, renameKeyTo }) => [names.at(-1) ?? "", renameKeyTo]),
    ),
    context: (node.contextRewrites ?? []).flatMap(
      (rewrite) => contextVariable(rewrite, path, root, schema) ?? [],
    ),
  };
}

/** Its path goes up by `..`, each time to the object that has the field which led here, and down again by keys. */
function contextVariable(
  { path: rewritePath, renameKeyTo: name }: FetchDataKeyRenamer,
  path: readonly string[],
  root: PlaceBuilder,
  schema: GraphQLSchema,
): ContextVariable | undefined {
  const up = rewritePath.filter((element) => element === "..").length;
  const keys = path.flatMap((element) => keyOf(element) ?? []);
  const from = placeAt(root, keys.slice(0, keys.length - up));
  const down = rewritePath.slice(up);
  const types = down[0]?.startsWith(fragment)
    ? namesWithin(down[0].slice(fragment.length), schema)
    : undefined;
  const field = requiredAlong(
    down.filter((element) => !element.startsWith(fragment)),
    from,
  );
  return field && { name, up, types, field };
}

function requiredAlong(keys: readonly string[], place: PlaceBuilder): RequiredField | undefined {
  const [key, ...rest] = keys;
  if (key === undefined) return undefined;
  const when = whensOf(place, key);
  if (rest.length === 0) return { key, when, reads: place.reads(key), within: undefined };
  const child = place.child(key);
  const inner = requiredAlong(rest, child);
  return {
    key,
    when,
    reads: child.readsFrom(place),
    within: { place: child.index, requires: [{ types: undefined, fields: inner ? [inner] : [] }] },
  };
}

function pathSteps(root: PlaceBuilder, path: readonly string[]): readonly PathStep[] {
  const steps: PathStep[] = [];
  let place = root;
  for (const element of path) {
    const types = condition.exec(element)?.[2]?.split(",");
    const key = keyOf(element);
    if (key !== undefined) {
      const child = place.child(key);
      steps.push({ place: child.index, types });
      place = child;
    } else if (types !== undefined) {
      const last = steps.pop();
      if (last !== undefined) steps.push({ ...last, types });
    }
  }
  return steps;
}

/**
 * What a fetch requires: fragments, and fields beside them that belong to every object.
 */
function fragmentsOf(
  selections: readonly QueryPlanSelectionNode[],
  place: PlaceBuilder,
  schema: GraphQLSchema,
): readonly RequiredFragment[] {
  const fragments: RequiredFragment[] = [];
  const fields = selections.flatMap((selection) =>
    selection.kind === "Field" ? [fieldOf(selection, place, schema)] : [],
  );
  if (fields.length > 0) fragments.push({ types: undefined, fields });
  for (const selection of selections) {
    if (selection.kind === "Field") continue;
    const { typeCondition } = selection;
    const types = typeCondition === undefined ? undefined : namesWithin(typeCondition, schema);
    for (const inner of fragmentsOf(selection.selections, place, schema)) {
      fragments.push({ types: both(types, inner.types), fields: inner.fields });
    }
  }
  return fragments;
}

function fieldOf(
  selection: QueryPlanSelectionNode & { kind: "Field" },
  place: PlaceBuilder,
  schema: GraphQLSchema,
): RequiredField {
  const key = selection.alias ?? selection.name;
  const child = selection.selections && place.child(key);
  return {
    key,
    when: whensOf(place, key),
    reads: child === undefined ? place.reads(key) : child.readsFrom(place),
    within:
      child === undefined
        ? undefined
        : {
            place: child.index,
            requires: fragmentsOf(selection.selections ?? [], child, schema),
          },
  };
}

function whensOf(place: PlaceBuilder, key: string): readonly When[] {
  const whens = (place.sources.get(key) ?? []).map(({ when }) => when);
  return whens.some((when) => when.length === 0) ? [[]] : whens;
}

function both(
  one: readonly string[] | undefined,
  other: readonly string[] | undefined,
): readonly string[] | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return one.filter((name) => other.includes(name));
}

/** A type and all below it. An interface is named too: that is the `__typename` that an interface object has. */
function namesWithin(name: string, schema: GraphQLSchema): readonly string[] {
  const type = schema.getType(name);
  if (!isAbstractType(type)) return [name];
  const interfaces = isInterfaceType(type) ? schema.getImplementations(type).interfaces : [];
  return [name, ...[...interfaces, ...schema.getPossibleTypes(type)].map((one) => one.name)];
}
