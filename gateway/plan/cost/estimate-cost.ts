import {
  type GraphQLCompositeType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  getNamedType,
  getNullableType,
  isLeafType,
  isListType,
  type OperationDefinitionNode,
} from "graphql";
import { collectByType } from "../collect-by-type.ts";
import type { CollectedEntry, CollectedField, Collecting, Occurrence } from "../collect-fields.ts";
import { createNameOccurrences } from "../name-occurrences.ts";
import type { When } from "../program.ts";
import type { ListSize, OperationCost, Tally } from "./cost.ts";
import { createInputCosts } from "./input-cost.ts";
import { sizesOf } from "./list-size.ts";
import { CostTerms } from "./terms.ts";
import type { Weights } from "./weights.ts";

/** As Apollo Router and Hive have it. */
const costOfMutation = 10;

export interface CostRules {
  readonly weights: Weights;
  /** Items of a list whose length nobody declares. */
  readonly listSize: number;
}

/** The cost of the objects at a place, and what their fields are counted by. */
interface Inside {
  readonly term: number;
  readonly tally: readonly Tally[];
}

/**
 * The cost of an operation: for each field the length of its list, times the weight of one value with all that is
 * selected in it, and its arguments. Where an object's type is open, the most expensive possible one counts.
 */
export function estimateCost(
  { listSize, weights }: CostRules,
  { operation, selectionSet }: OperationDefinitionNode,
  type: GraphQLObjectType,
  collecting: Collecting,
): OperationCost {
  const terms = new CostTerms();
  const inputs = createInputCosts(weights, terms);
  const known = new Map<string, Inside>();
  const nameOf = createNameOccurrences();

  function inside(
    parent: GraphQLCompositeType,
    occurrences: readonly Occurrence[],
    sizes: ReadonlyMap<string, ListSize>,
  ): Inside {
    const name = [parent.name, JSON.stringify([...sizes]), nameOf(occurrences)].join("|");
    const before = known.get(name);
    if (before !== undefined) return before;
    const all = collectByType(parent, occurrences, [], collecting).map(({ entries, type: on }) => {
      const fields = [...new Set(entries.map(({ field }) => field))].map((field) =>
        fieldOf(field, whensOf(field, entries), on, sizes),
      );
      return {
        term: terms.sum(fields.map(({ term }) => term)),
        tally: fields.flatMap(({ tally }) => tally),
      };
    });
    const result = {
      term: terms.most(all.map(({ term }) => term)),
      tally: mergeTallies(all.flatMap(({ tally }) => tally)),
    };
    known.set(name, result);
    return result;
  }

  function fieldOf(
    field: CollectedField,
    any: readonly When[],
    on: GraphQLObjectType,
    sizes: ReadonlyMap<string, ListSize>,
  ): Inside {
    const name = field.node.name.value;
    const definition = on.getFields()[name];
    if (definition === undefined) return { term: terms.number(0), tally: [] };
    const { type } = definition;
    const named = getNamedType(type);
    const declared = sizesOf(weights, on, field.node, listSize);
    const weight = weights.ofField(on, name) ?? weights.ofType(named);
    const selected = isLeafType(named)
      ? { term: terms.number(0), tally: [] }
      : inside(named, field.occurrences, declared.ofFields);
    const one = terms.sum([terms.number(weight), selected.term]);
    const size = sizes.get(name) ?? declared.own;
    const items = isList(type) ? multiplied(size ?? usual(on, name), one) : one;
    const cost = terms.sum([items, inputs.of(on, field.node)]);
    const counted = weight !== 0 || selected.tally.length > 0;
    return {
      term: terms.when(any, cost),
      tally: counted ? [{ key: field.given, weight, within: selected.tally }] : [],
    };
  }

  function usual(on: GraphQLObjectType, name: string): ListSize {
    return { of: `${on.name}.${name}`, assumed: listSize, slicing: [], one: false };
  }

  function multiplied(size: ListSize, of: number): number {
    const value = terms.valueOf(of);
    // Whether the arguments make sense is looked at when the field is about to be run.
    const open = size.one || size.slicing.length > 0;
    return open || value === undefined ? terms.times(size, of) : terms.number(size.assumed * value);
  }

  const root = inside(type, [{ set: selectionSet, when: [] }], new Map());
  const base = operation === "mutation" ? costOfMutation : 0;
  const whole = terms.sum([terms.number(base), root.term]);
  return { terms: terms.endingWith(whole), inputs: inputs.inputs, tally: root.tally, base };
}

function isList(type: GraphQLOutputType): boolean {
  return isListType(getNullableType(type));
}

/** A field that the switches put here or there stands at one of these places: it counts where any of them holds. */
function whensOf(field: CollectedField, entries: readonly CollectedEntry[]): readonly When[] {
  return entries.filter((entry) => entry.field === field).map(({ when }) => when);
}

/** One for each key: of fields that stand under it for different types, the most expensive weight counts. */
function mergeTallies(tallies: readonly Tally[]): readonly Tally[] {
  const merged = new Map<string, Tally>();
  for (const { key, weight, within } of tallies) {
    const before = merged.get(key);
    merged.set(key, {
      key,
      weight: Math.max(weight, before?.weight ?? weight),
      within:
        before === undefined || before.within === within
          ? within
          : mergeTallies([...before.within, ...within]),
    });
  }
  return [...merged.values()];
}
