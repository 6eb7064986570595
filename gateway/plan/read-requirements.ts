import {
  AuthenticatedSpecDefinition,
  ContextSpecDefinition,
  dnfConjunction,
  type FieldDefinition,
  type InterfaceType,
  type NamedType,
  type ObjectType,
  PolicySpecDefinition,
  RequiresScopesSpecDefinition,
  type Schema,
} from "@apollo/federation-internals";
import { Kind, type SelectionSetNode } from "graphql";
import { nameOf, type Requirement } from "../request.ts";
import { fieldSet } from "./field-set.ts";

/** What the fields of a supergraph require of a viewer. */
export interface FieldRequirements {
  /** All of these, to see this field of an object of this type; undefined: nothing. */
  of(type: string, field: string): readonly Requirement[] | undefined;
  /** Of the whole supergraph, each once. */
  readonly all: readonly Requirement[];
}

type Composite = ObjectType | InterfaceType;

/** Alternatives that requirements may have together. */
const mostClauses = 1_000;

/**
 * Reads `@authenticated`, `@requiresScopes` and `@policy`, under whatever names they have there.
 *
 * Requirements are kept for fields of object types, as every object has one: whether a field was asked for on an interface, in
 * a fragment or under an alias makes no difference to them. A field requires what its own type, its type of value and
 * their interfaces require, and what the fields require that it is made of (`@requires`, `@fromContext`), however long the chain.
 * @returns undefined when the supergraph requires nothing
 */
export function readRequirements(schema: Schema): FieldRequirements | undefined {
  const names = directiveNames(schema);
  if (Object.values(names).every((name) => name === undefined)) return undefined;
  const contexts = contextTypes(schema);
  const required = new Map<string, readonly Requirement[]>();
  for (const type of schema.objectTypes()) {
    for (const field of type.fields()) {
      const found = requiredBy(field);
      if (found.length > 0) required.set(`${type.name}.${field.name}`, found);
    }
  }
  const all = distinct([...required.values()].flat());
  return all.length === 0
    ? undefined
    : { of: (type, field) => required.get(`${type}.${field}`), all };

  function requiredBy(field: FieldDefinition<Composite>): readonly Requirement[] {
    const found: Requirement[] = [];
    gather(field, found, new Set());
    return distinct(found);
  }

  function gather(
    field: FieldDefinition<Composite>,
    found: Requirement[],
    seen: Set<string>,
  ): void {
    if (seen.has(field.coordinate)) return;
    seen.add(field.coordinate);
    const { parent } = field;
    found.push(...ofType(parent), ...own(field));
    for (const one of parent.interfaces()) {
      const declared = one.field(field.name);
      if (declared !== undefined)
        found.push(...addedBy(one, (impl) => impl.field(field.name), declared));
    }
    if (field.type !== undefined) found.push(...ofType(base(field.type)));
    for (const directive of field.appliedDirectivesOf("join__field")) {
      const { contextArguments, requires } = directive.arguments() as JoinField;
      if (requires !== undefined)
        gatherSet(objectsOf(parent), fieldSet(`{ ${requires} }`), found, seen);
      for (const { context, selection } of contextArguments ?? []) {
        const types = contexts.get(context) ?? [];
        found.push(...types.flatMap(ofType));
        gatherSet(types, fieldSet(selection), found, seen);
      }
    }
  }

  /** What the fields of a field set require, whichever of these types an object has. */
  function gatherSet(
    types: readonly ObjectType[],
    { selections }: SelectionSetNode,
    found: Requirement[],
    seen: Set<string>,
  ): void {
    for (const selection of selections) {
      if (selection.kind === Kind.FRAGMENT_SPREAD) continue;
      if (selection.kind === Kind.INLINE_FRAGMENT) {
        const condition = schema.type(selection.typeCondition?.name.value ?? "");
        const fitting =
          condition === undefined
            ? types
            : types.filter((type) => objectsOf(condition).includes(type));
        gatherSet(fitting, selection.selectionSet, found, seen);
        continue;
      }
      for (const type of types) {
        const field = type.field(selection.name.value);
        if (field === undefined) continue;
        gather(field, found, seen);
        if (selection.selectionSet === undefined || field.type === undefined) continue;
        gatherSet(objectsOf(base(field.type)), selection.selectionSet, found, seen);
      }
    }
  }

  /** What a value of a type requires by itself. */
  function ofType(type: NamedType): readonly Requirement[] {
    if (type.kind === "InterfaceType") return addedBy(type, (impl) => impl, type);
    if (type.kind !== "ObjectType") return own(type);
    const added = type.interfaces().flatMap((one) => addedBy(one, (impl) => impl, one));
    return [...own(type), ...added];
  }

  /**
   * What an interface requires beyond what its implementations do. Composition writes on it what all of them require
   * together, which none of them need require alone; older compositions let authors write there what holds for all.
   */
  function addedBy(
    type: InterfaceType,
    pick: (implementation: ObjectType) => unknown,
    declared: unknown,
  ): readonly Requirement[] {
    const implementations = type.possibleRuntimeTypes().flatMap((one) => own(pick(one)));
    return own(declared).filter((requirement) => !follows(requirement, implementations));
  }

  function own(element: unknown): readonly Requirement[] {
    if (element === undefined) return [];
    const { authenticated, policy, requiresScopes } = names;
    const applied = (name: string | undefined): readonly Record<string, unknown>[] =>
      name === undefined
        ? []
        : (element as Applying).appliedDirectivesOf(name).map((one) => one.arguments());
    return [
      ...applied(authenticated).map((): Requirement => ({ kind: "authenticated" })),
      ...applied(requiresScopes).map(
        ({ scopes }): Requirement => ({ kind: "scopes", anyOf: scopes as string[][] }),
      ),
      ...applied(policy).map(
        ({ policies }): Requirement => ({ kind: "policies", anyOf: policies as string[][] }),
      ),
    ];
  }
}

interface JoinField {
  readonly requires?: string;
  readonly contextArguments?: readonly { readonly context: string; readonly selection: string }[];
}

interface Applying {
  appliedDirectivesOf(name: string): readonly { arguments(): Record<string, unknown> }[];
}

function directiveNames(schema: Schema): Readonly<Record<string, string | undefined>> {
  const named = (identity: string, name: string): string | undefined =>
    schema.coreFeatures?.getByIdentity(identity)?.directiveNameInSchema(name);
  return {
    authenticated: named(AuthenticatedSpecDefinition.identity, "authenticated"),
    requiresScopes: named(RequiresScopesSpecDefinition.identity, "requiresScopes"),
    policy: named(PolicySpecDefinition.identity, "policy"),
  };
}

/** The object types that set each context of `@fromContext`. */
function contextTypes(schema: Schema): ReadonlyMap<string, readonly ObjectType[]> {
  const contexts = new Map<string, readonly ObjectType[]>();
  const directive = schema.coreFeatures
    ?.getByIdentity(ContextSpecDefinition.identity)
    ?.directiveNameInSchema("context");
  if (directive === undefined) return contexts;
  for (const type of schema.types()) {
    for (const applied of (type as Applying).appliedDirectivesOf(directive)) {
      const name = String(applied.arguments()["name"]);
      contexts.set(name, [...(contexts.get(name) ?? []), ...objectsOf(type)]);
    }
  }
  return contexts;
}

function objectsOf(type: NamedType): readonly ObjectType[] {
  if (type.kind === "ObjectType") return [type];
  return "possibleRuntimeTypes" in type ? type.possibleRuntimeTypes() : [];
}

function base(type: { readonly kind: string }): NamedType {
  return "ofType" in type ? base(type.ofType as NamedType) : (type as NamedType);
}

function distinct(requirements: readonly Requirement[]): readonly Requirement[] {
  return [...new Map(requirements.map((one) => [nameOf(one), one])).values()];
}

/** Whether whoever meets all of some requirements meets this one. */
function follows(requirement: Requirement, met: readonly Requirement[]): boolean {
  if (requirement.kind === "authenticated") return met.some(({ kind }) => kind === "authenticated");
  const lists = met.flatMap((one) =>
    one.kind === requirement.kind ? [one.anyOf.map((all) => [...all])] : [],
  );
  // Multiplied out, what they say together may be long: then the answer is no, which keeps the requirement.
  const together = lists.reduce((count, list) => count * list.length, 1);
  if (lists.length === 0 || together > mostClauses) return false;
  return dnfConjunction(lists).every((all) =>
    requirement.anyOf.some((others) => others.every((other) => all.includes(other))),
  );
}
