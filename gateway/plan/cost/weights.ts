import {
  type ASTNode,
  type DirectiveNode,
  type GraphQLArgument,
  type GraphQLDirective,
  type GraphQLInputField,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
  getDirectiveValues,
  isLeafType,
} from "graphql";
import type { LoadedSupergraph } from "../load-supergraph.ts";

/** What a schema says of the length of a list. */
export interface DeclaredSize {
  readonly assumedSize?: number | null;
  readonly slicingArguments?: readonly string[] | null;
  /** Fields of the object whose lists the arguments slice; without them, the field's own list. */
  readonly sizedFields?: readonly string[] | null;
  readonly requireOneSlicingArgument?: boolean | null;
}

/** What a schema says of cost. @see https://ibm.github.io/graphql-specs/cost-spec.html */
export interface Weights {
  /** Of one value of a type: 1 for anything with fields, 0 for a scalar or enum, unless `@cost` says otherwise. */
  ofType(type: GraphQLNamedType): number;
  /** Of one value of a field, where `@cost` on the field says so itself. */
  ofField(type: GraphQLObjectType, field: string): number | undefined;
  /** As the schema with what clients do not see has them: only there do they say what they cost. */
  argumentsOf(type: GraphQLObjectType, field: string): readonly GraphQLArgument[];
  /** Of an argument or input field where it is given. */
  ofInput(input: GraphQLArgument | GraphQLInputField): number | undefined;
  sizeOf(type: GraphQLObjectType, field: string): DeclaredSize | undefined;
}

const costSpec = "https://specs.apollo.dev/cost";

/** Reads `@cost` and `@listSize`, under whatever names a supergraph has them. */
export function readWeights({ fullSchema, supergraph }: LoadedSupergraph): Weights {
  const feature = supergraph.schema.coreFeatures?.getByIdentity(costSpec);
  const named = (name: string): GraphQLDirective | undefined =>
    fullSchema.getDirective(feature?.directiveNameInSchema(name) ?? "") ?? undefined;
  const cost = named("cost");
  const listSize = named("listSize");

  function weightOf(node: Annotated): number | undefined {
    return valuesOf(cost, node)?.["weight"] as number | undefined;
  }

  return {
    ofType(type) {
      const declared = fullSchema.getType(type.name) ?? type;
      const nodes = [declared.astNode, ...declared.extensionASTNodes];
      return first(nodes.map(weightOf)) ?? (isLeafType(type) ? 0 : 1);
    },
    ofField: (type, field) => weightOf(typeIn(fullSchema, type).getFields()[field]?.astNode),
    argumentsOf: (type, field) => typeIn(fullSchema, type).getFields()[field]?.args ?? [],
    ofInput: (input) => weightOf(input.astNode),
    sizeOf(type, field) {
      const full = typeIn(fullSchema, type);
      // What an interface says holds for whatever implements it.
      const declared = [full, ...full.getInterfaces()].map((one) =>
        valuesOf(listSize, one.getFields()[field]?.astNode),
      );
      return first(declared) as DeclaredSize | undefined;
    },
  };
}

type Annotated = (ASTNode & { readonly directives?: readonly DirectiveNode[] }) | null | undefined;

function valuesOf(
  directive: GraphQLDirective | undefined,
  node: Annotated,
): Readonly<Record<string, unknown>> | undefined {
  if (directive === undefined || node?.directives === undefined) return undefined;
  return getDirectiveValues(directive, { directives: node.directives });
}

function typeIn(schema: GraphQLSchema, type: GraphQLObjectType): GraphQLObjectType {
  return (schema.getType(type.name) ?? type) as GraphQLObjectType;
}

function first<Value>(values: readonly (Value | undefined)[]): Value | undefined {
  return values.find((value) => value !== undefined);
}
