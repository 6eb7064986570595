import {
  type CompositeType,
  type Directive,
  possibleRuntimeTypes,
  type Schema,
  type Subgraphs,
} from "@apollo/federation-internals";
import type { QueryPlanSelectionNode } from "@apollo/query-planner";
import { type FieldNode, Kind, type SelectionSetNode } from "graphql";
import { failure } from "../../runtime/errors.ts";
import { fieldsOf } from "./compile-shapes.ts";
import { baseOf, compositeOf } from "./composite-type.ts";
import { fieldSet } from "./field-set.ts";
import type { PlaceBuilder } from "./place-builder.ts";
import type { OpenPlace, OpenShape } from "./program.ts";
import { entityFragmentsOf, fieldText, type PlacedFetch, schemaOf } from "./read-fetch.ts";

/**
 * Apollo's planner makes plans that answer with wrong data, for some operations of some supergraphs. A plan is only run
 * when each field with a `@requires` is asked for with exactly what it requires, and each entity by a key that its
 * subgraph resolves.
 * @throws OPERATION_NOT_PLANNABLE
 */
export function checkPlan(fetches: readonly PlacedFetch[], subgraphs: Subgraphs): void {
  for (const fetch of fetches) {
    new FetchCheck(fetch, schemaOf(fetch.node, subgraphs)).run();
  }
}

class FetchCheck {
  readonly #fetch: PlacedFetch;
  readonly #schema: Schema;
  readonly #requires: readonly QueryPlanSelectionNode[];
  readonly #sent: ReadonlySet<string>;
  readonly #sentTypes: ReadonlySet<string>;

  constructor(fetch: PlacedFetch, schema: Schema) {
    this.#fetch = fetch;
    this.#schema = schema;
    this.#requires = fetch.node.requires ?? [];
    this.#sent = new Set(keysOf(this.#requires));
    this.#sentTypes = new Set(typesOf(this.#requires));
  }

  run(): void {
    const { node, operation } = this.#fetch;
    if (node.requires === undefined) {
      const root = this.#schema.schemaDefinition.rootType(node.operationKind as "query");
      if (root !== undefined) this.#checkSelections(operation.selectionSet, root, false);
      return;
    }
    for (const { selectionSet, type: name } of entityFragmentsOf(this.#fetch)) {
      const type = compositeOf(this.#schema, name);
      if (type === undefined) continue;
      for (const entity of this.#entitiesOf(type)) this.#checkKey(entity);
      this.#checkSelections(selectionSet, type, true);
    }
  }

  /** What is looked up as a type: itself, or, of an abstract type without a key, those of its types that are sent. */
  #entitiesOf(type: CompositeType): readonly CompositeType[] {
    if (type.kind === "ObjectType" || directivesOf(type, "key").length > 0) return [type];
    const sent = possibleRuntimeTypes(type).filter(({ name }) => this.#sentTypes.has(name));
    return sent.length > 0 ? sent : [type];
  }

  #checkKey(type: CompositeType): void {
    const keys = directivesOf(type, "key").filter((key) => key.arguments()["resolvable"] !== false);
    const fits = keys.some((key) =>
      topFields(fieldsOfDirective(key)).every((field) => this.#sent.has(field.name.value)),
    );
    if (!fits) this.#refuse(`${type.name} cannot be looked up in ${this.#fetch.node.serviceName}`);
  }

  #checkSelections({ selections }: SelectionSetNode, type: CompositeType, ofEntity: boolean): void {
    for (const selection of selections) {
      if (selection.kind === Kind.FRAGMENT_SPREAD) {
        const fragment = this.#fetch.fragments.get(selection.name.value);
        if (fragment === undefined) continue;
        const inner = compositeOf(this.#schema, fragment.typeCondition.name.value) ?? type;
        this.#checkSelections(fragment.selectionSet, inner, ofEntity);
      } else if (selection.kind === Kind.INLINE_FRAGMENT) {
        const inner = compositeOf(this.#schema, selection.typeCondition?.name.value) ?? type;
        this.#checkSelections(selection.selectionSet, inner, ofEntity);
      } else {
        this.#checkField(selection, type, ofEntity);
      }
    }
  }

  #checkField(node: FieldNode, type: CompositeType, ofEntity: boolean): void {
    const field = type.kind === "UnionType" ? undefined : type.field(node.name.value);
    if (field === undefined) return;
    const [requires] = directivesOf(field, "requires");
    if (requires !== undefined) {
      if (!ofEntity) this.#refuse(`${field.coordinate} is asked for without what it requires`);
      this.#checkSent(fieldsOfDirective(requires), this.#fetch.place, this.#requires);
    }
    const inner = field.type && baseOf(field.type);
    if (node.selectionSet !== undefined && inner !== undefined) {
      this.#checkSelections(node.selectionSet, inner, false);
    }
  }

  /** All that is required is sent, and was asked for with the arguments that are required. */
  #checkSent(
    required: SelectionSetNode,
    place: PlaceBuilder,
    sent: readonly QueryPlanSelectionNode[],
  ): void {
    for (const field of topFields(required)) {
      const name = field.name.value;
      const found = fieldsNamed(name, sent);
      if (found.length === 0) {
        this.#refuse(`${name} is required of ${this.#fetch.node.serviceName} and not sent`);
      }
      const sources = place.sources.get(name) ?? [];
      if (sources.some((source) => source.field !== fieldText(field))) {
        this.#refuse(`${name} is required with different arguments`);
      }
      if (field.selectionSet === undefined) continue;
      this.#checkSent(
        field.selectionSet,
        place.child(name),
        found.flatMap((one) => one.selections ?? []),
      );
    }
  }

  #refuse(why: string): never {
    throw notPlannable(why);
  }
}

/**
 * A field of an object that a fetch provides must come from some fetch.
 * @throws OPERATION_NOT_PLANNABLE
 */
export function checkShapes(shapes: readonly OpenShape[], places: readonly OpenPlace[]): void {
  for (const shape of shapes) {
    const types = shape.cases.flatMap((one) => one.types);
    const isProvided = (places[shape.place]?.base ?? 0) > 0;
    // Of an abstract type, a fetch may know nothing of the types that its subgraph cannot return.
    if (!isProvided || types.length !== 1) continue;
    for (const field of fieldsOf(shape)) {
      if ("reads" in field && field.reads.length === 0) {
        throw notPlannable(`no fetch gives ${types[0]}.${field.key}`);
      }
    }
  }
}

function notPlannable(why: string): Error {
  return failure(
    "OPERATION_NOT_PLANNABLE",
    `The planner finds no right plan for this operation: ${why}.`,
  );
}

function directivesOf(
  element: { appliedDirectivesOf(name: string): readonly Directive[] },
  name: string,
): readonly Directive<never, Record<string, unknown>>[] {
  return element.appliedDirectivesOf(name) as readonly Directive<never, Record<string, unknown>>[];
}

function fieldsOfDirective(directive: Directive<never, Record<string, unknown>>): SelectionSetNode {
  return fieldSet(`{ ${String(directive.arguments()["fields"])} }`);
}

function topFields({ selections }: SelectionSetNode): readonly FieldNode[] {
  return selections.flatMap((selection) => {
    if (selection.kind === Kind.FIELD)
      return selection.name.value === "__typename" ? [] : [selection];
    return selection.kind === Kind.INLINE_FRAGMENT ? topFields(selection.selectionSet) : [];
  });
}

type SentField = QueryPlanSelectionNode & { readonly kind: "Field" };

function fieldsNamed(name: string, sent: readonly QueryPlanSelectionNode[]): readonly SentField[] {
  return sent.flatMap((selection) =>
    selection.kind === "Field"
      ? selection.name === name
        ? [selection]
        : []
      : fieldsNamed(name, selection.selections),
  );
}

function keysOf(sent: readonly QueryPlanSelectionNode[]): readonly string[] {
  return sent.flatMap((selection) =>
    selection.kind === "Field" ? [selection.name] : keysOf(selection.selections),
  );
}

function typesOf(sent: readonly QueryPlanSelectionNode[]): readonly string[] {
  return sent.flatMap((selection) =>
    selection.kind === "InlineFragment" ? (selection.typeCondition ?? []) : [],
  );
}
