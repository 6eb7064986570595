import type { Supergraph } from "@apollo/federation-internals";
import {
  type ASTNode,
  type DirectiveNode,
  type GraphQLDirective,
  type GraphQLNamedType,
  type GraphQLSchema,
  getDirectiveValues,
  isAbstractType,
  isInterfaceType,
  isObjectType,
} from "graphql";
import type { Scope } from "./program.ts";
import type { FieldRequirements } from "./read-requirements.ts";

/** How long and for whom a field may be kept. */
export interface FieldPolicy {
  readonly scope: Scope;
  /** Seconds; undefined: as long as what is around it. */
  readonly maxAge: number | undefined;
}

/** What a supergraph says of keeping answers, in `@cacheControl` and `@cacheTag`. */
export interface CachePolicies {
  /** What holds for this field of every object that a type stands for; undefined: it is not kept. */
  ofField(type: string, field: string): FieldPolicy | undefined;
  /** Formats of the tags that drop what the field gives. */
  tagsOfField(type: string, field: string): readonly string[];
  /** Formats of the tags that drop what is kept of an entity. */
  tagsOfType(type: string): readonly string[];
}

/**
 * Reads them under whatever names a supergraph has them. A field says so by itself: nothing is taken over from its type or from the
 * field around it, so that a field that is added later is not public unasked. What requires something of a viewer is for
 * that viewer.
 * @returns undefined when nothing may be kept
 */
export function readCachePolicies(
  supergraph: Supergraph,
  fullSchema: GraphQLSchema,
  requirements: FieldRequirements | undefined,
): CachePolicies | undefined {
  const features = [...(supergraph.schema.coreFeatures?.allFeatures() ?? [])];
  const named = (name: string): GraphQLDirective | undefined => {
    const imported = features
      .flatMap(({ imports }) => imports)
      .find((one) => one.name === `@${name}`);
    return fullSchema.getDirective((imported?.as ?? name).replace("@", "")) ?? undefined;
  };
  const control = named("cacheControl");
  const tag = named("cacheTag");
  if (control === undefined) return undefined;

  function ownPolicy(type: GraphQLNamedType, field: string): FieldPolicy | undefined {
    if (!isObjectType(type) && !isInterfaceType(type)) return undefined;
    const [values] = valuesOf(control, type.getFields()[field]?.astNode);
    if (values === undefined) return undefined;
    const { inheritMaxAge, maxAge, scope } = values;
    const isPublic = scope === "PUBLIC" && requirements?.of(type.name, field) === undefined;
    const inherits = inheritMaxAge === true && typeof maxAge !== "number";
    return {
      scope: isPublic ? "PUBLIC" : "PRIVATE",
      maxAge: inherits ? undefined : Number(maxAge ?? 0),
    };
  }

  function fieldTags(type: GraphQLNamedType | undefined, field: string): readonly string[] {
    if (!isObjectType(type) && !isInterfaceType(type)) return [];
    return formatsOf(tag, type.getFields()[field]?.astNode);
  }

  return {
    ofField(name, field) {
      const type = fullSchema.getType(name);
      if (type === undefined) return undefined;
      const types = isAbstractType(type) ? [type, ...fullSchema.getPossibleTypes(type)] : [type];
      return types.map((one) => ownPolicy(one, field)).reduce(stricter);
    },
    tagsOfField: (type, field) => fieldTags(fullSchema.getType(type), field),
    tagsOfType(name) {
      const type = fullSchema.getType(name);
      const nodes = [type?.astNode, ...(type?.extensionASTNodes ?? [])];
      return nodes.flatMap((node) => formatsOf(tag, node));
    },
  };
}

/** What holds for what two policies are for. */
export function stricter(
  one: FieldPolicy | undefined,
  other: FieldPolicy | undefined,
): FieldPolicy | undefined {
  if (one === undefined || other === undefined) return undefined;
  const ages = [one.maxAge, other.maxAge].filter((age) => age !== undefined);
  return {
    scope: one.scope === "PUBLIC" && other.scope === "PUBLIC" ? "PUBLIC" : "PRIVATE",
    maxAge: ages.length === 0 ? undefined : Math.min(...ages),
  };
}

type Annotated = (ASTNode & { readonly directives?: readonly DirectiveNode[] }) | null | undefined;

function formatsOf(tag: GraphQLDirective | undefined, node: Annotated): readonly string[] {
  return valuesOf(tag, node).map(({ format }) => String(format));
}

/** Of each time that it is applied. */
function valuesOf(
  directive: GraphQLDirective | undefined,
  node: Annotated,
): readonly Readonly<Record<string, unknown>>[] {
  const values: Readonly<Record<string, unknown>>[] = [];
  for (const one of node?.directives ?? []) {
    if (one.name.value !== directive?.name) continue;
    values.push(getDirectiveValues(directive, { directives: [one] }) ?? {});
  }
  return values;
}
