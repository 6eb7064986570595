import type { FetchNode, PlanNode, QueryPlan } from "@apollo/query-planner";
import { Kind, type SelectionSetNode } from "graphql";
import { finishFetch, placeAt } from "./finish-fetch.ts";
import type { LoadedSupergraph } from "./load-supergraph.ts";
import type { GivenKeys } from "./name-fields.ts";
import { type Layer, PlaceBuilder } from "./place-builder.ts";
import type { Fetch, Step, When } from "./program.ts";
import {
  entitiesOf,
  fieldText,
  type PlacedFetch,
  type ReadFetch,
  type Renamer,
  readFetch,
  renamersOf,
} from "./read-fetch.ts";
import { and, never, type Switches } from "./when.ts";

/** What plans say that run one after the other, read once from the first node to the last. */
export interface ReadPlan {
  readonly step: Step | undefined;
  readonly root: PlaceBuilder;
  readonly places: readonly PlaceBuilder[];
  readonly fetches: readonly PlacedFetch[];
  /** Only when `root` and all below it are complete, as their layers have their indexes then. */
  finish(keys: GivenKeys): readonly Fetch[];
}

export function readPlans(
  plans: readonly QueryPlan[],
  { fullSchema: schema, supergraph }: LoadedSupergraph,
  switches: Switches,
): ReadPlan {
  const places: PlaceBuilder[] = [];
  const root = new PlaceBuilder(places);
  const fetches: PlacedFetch[] = [];

  function step(node: PlanNode, path: readonly string[], when: When): Step | undefined {
    switch (node.kind) {
      case "Fetch":
        return fetch(node, path, when);
      case "Flatten":
        return step(node.node, [...path, ...node.path.map(String)], when);
      case "Sequence":
        return { kind: "sequence", steps: steps(node.nodes, path, when) };
      case "Parallel":
        return { kind: "parallel", steps: steps(node.nodes, path, when) };
      case "Condition": {
        const on = switches.indexOf(node.condition);
        return {
          kind: "condition",
          on,
          yes: node.ifClause && step(node.ifClause, path, and(when, [on + 1]) ?? when),
          no: node.elseClause && step(node.elseClause, path, and(when, [-(on + 1)]) ?? when),
        };
      }
      case "Defer":
        throw new Error("the planner was not asked to defer");
    }
  }

  function steps(nodes: readonly PlanNode[], path: readonly string[], when: When): readonly Step[] {
    return nodes.flatMap((node) => step(node, path, when) ?? []);
  }

  function fetch(node: FetchNode, path: readonly string[], when: When): Step {
    const place = placeAt(root, path);
    const read = readFetch(node, supergraph.subgraphs(), schema);
    const index = fetches.push({ ...read, place, path }) - 1;
    const { fragments, knownTypes, operation } = read;
    const selections =
      node.requires === undefined ? operation.selectionSet : entitiesOf(operation.selectionSet);
    const renamers = renamersOf(node);
    const context = { fragments, knownTypes, switches, when, renamers };
    provide(place, place.join(index), selections, context);
    return { kind: "fetch", fetch: index };
  }

  const whole = plans.flatMap(({ node }) => {
    if (node?.kind === "Subscription") throw new Error("a subscription is planned by its own");
    return (node && step(node, [], [])) ?? [];
  });
  return {
    step: whole.length > 1 ? { kind: "sequence", steps: whole } : whole[0],
    root,
    places,
    fetches,
    finish: (keys) => fetches.map((one) => finishFetch(one, root, schema, keys)),
  };
}

interface Providing extends Pick<ReadFetch, "fragments" | "knownTypes"> {
  readonly switches: Switches;
  readonly when: When;
  /** Renamers of the keys below this selection set, their paths cut to begin here. */
  readonly renamers: readonly Renamer[];
}

/** Notes where the fields of a selection set are found once a subgraph has answered it. */
function provide(
  place: PlaceBuilder,
  layer: Layer,
  { selections }: SelectionSetNode,
  context: Providing,
): void {
  for (const selection of selections) {
    const own = context.switches.of(selection.directives);
    const when = (own && and(context.when, own)) ?? never;
    const inner = { ...context, when };
    if (selection.kind === Kind.FRAGMENT_SPREAD) {
      const fragment = context.fragments.get(selection.name.value);
      if (fragment !== undefined) provide(place, layer, fragment.selectionSet, inner);
    } else if (selection.kind === Kind.INLINE_FRAGMENT) {
      provide(place, layer, selection.selectionSet, inner);
    } else {
      const key = (selection.alias ?? selection.name).value;
      const renamers = context.renamers.filter(({ path }) => path[0] === key);
      const name = renamers.find(({ path }) => path.length === 1)?.renameKeyTo ?? key;
      const source = { layer, key, when, field: fieldText(selection) };
      place.provide(name, source);
      if (selection.name.value === "__typename") place.provide("__typename", source);
      if (selection.selectionSet === undefined) continue;
      const child = place.child(name);
      const inside = child.through(layer, key);
      const type = context.knownTypes.get(selection.selectionSet);
      if (type !== undefined) child.provideType(type, inside);
      provide(child, inside, selection.selectionSet, {
        ...inner,
        renamers: renamers.map((one) => ({ ...one, path: one.path.slice(1) })),
      });
    }
  }
}
