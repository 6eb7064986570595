import {
  type DocumentNode,
  GraphQLError,
  type GraphQLFormattedError,
  Kind,
  NoSchemaIntrospectionCustomRule,
  type OperationDefinitionNode,
  parse,
  printSchema,
  specifiedRules,
  validate,
} from "graphql";
import { failure } from "../../runtime/errors.ts";
import { checkPlan, checkShapes } from "./check-plan.ts";
import { classifyPlaces } from "./classify-places.ts";
import type { ClientView } from "./client-view.ts";
import { compileShapes } from "./compile-shapes.ts";
import { type CostRules, estimateCost } from "./cost/estimate-cost.ts";
import { readWeights } from "./cost/weights.ts";
import { denialsOf, requirementsOf, withoutDenied } from "./deny-fields.ts";
import { explainPlans } from "./explain-plan.ts";
import { fragmentsOf } from "./fragments-of.ts";
import { introspectionOf } from "./introspection.ts";
import { keepingOf } from "./keep-fetch.ts";
import { type LoadedSupergraph, loadSupergraph } from "./load-supergraph.ts";
import { mergeErrors } from "./merge-errors.ts";
import { type GivenKeys, nameFields } from "./name-fields.ts";
import { planOperation } from "./plan-operation.ts";
import type { Fetch, Program } from "./program.ts";
import type { ReadFetch } from "./read-fetch.ts";
import { type ReadPlan, readPlans } from "./read-plan.ts";
import { nameVariables } from "./variables.ts";
import { Switches } from "./when.ts";

/** What identifies an operation of a client to one schema. */
export interface OperationSource {
  readonly document: string;
  readonly operationName: string | undefined;
  /** Labels of progressive `@override` that are on, sorted. */
  readonly labels: readonly string[];
  /** Names of the requirements that the viewer does not meet, of those that the operation has; sorted. */
  readonly denied: readonly string[];
  /** Whether its plan is kept for a reader; not, unless somebody asks for it. */
  readonly explained?: true | undefined;
}

export type Compiled =
  | { readonly kind: "program"; readonly program: Program }
  | { readonly kind: "refused"; readonly errors: readonly GraphQLFormattedError[] };

export interface Compiler {
  /** Parses, validates and plans. What is wrong with a document becomes a refusal; it throws on a fault of ours only. */
  compile(source: OperationSource): Compiled;
  view(): ClientView;
}

export interface CompilerOptions {
  /** Whether clients may ask for the schema. */
  readonly introspection: boolean;
  /** What has something against a document before it is validated, such as a limit. */
  readonly refuse: (document: DocumentNode) => GraphQLError | undefined;
  /** Items that a list is taken to have when the schema does not say how many. */
  readonly listSize: number;
}

/**
 * Takes some hundred milliseconds for a supergraph of some hundred types.
 * @throws Error when the SDL is no supergraph
 */
export function createCompiler(supergraphSdl: string, options: CompilerOptions): Compiler {
  const loaded = loadSupergraph(supergraphSdl);
  const costRules = { weights: readWeights(loaded), listSize: options.listSize };
  const rules = options.introspection
    ? specifiedRules
    : [...specifiedRules, NoSchemaIntrospectionCustomRule];

  return {
    compile(source) {
      const { document, operationName } = source;
      try {
        const parsed = parseDocument(document);
        const refusal = options.refuse(parsed);
        if (refusal !== undefined) return refused([refusal]);
        const invalid = validate(loaded.apiSchema, parsed, rules, { maxErrors: 50 });
        if (invalid.length > 0) {
          return refused(invalid.map((error) => coded(error, "GRAPHQL_VALIDATION_FAILED")));
        }
        const operation = pickOperation(parsed, operationName);
        return {
          kind: "program",
          program: compileOperation(loaded, costRules, parsed, operation, source),
        };
      } catch (error) {
        if (error instanceof GraphQLError)
          return refused([coded(error, "GRAPHQL_VALIDATION_FAILED")]);
        throw error;
      }
    },
    view: () => ({
      apiSdl: printSchema(loaded.apiSchema),
      requirements: loaded.requirements?.all ?? [],
    }),
  };
}

/** @throws GRAPHQL_PARSE_FAILED */
function parseDocument(document: string): DocumentNode {
  try {
    return parse(document);
  } catch (error) {
    throw error instanceof GraphQLError ? coded(error, "GRAPHQL_PARSE_FAILED") : error;
  }
}

/** @throws OPERATION_RESOLUTION_FAILURE */
function pickOperation(
  { definitions }: DocumentNode,
  name: string | undefined,
): OperationDefinitionNode {
  const operations = definitions.filter(
    (definition) => definition.kind === Kind.OPERATION_DEFINITION,
  );
  const fitting = name
    ? operations.filter((operation) => operation.name?.value === name)
    : operations;
  const [operation] = fitting;
  if (operation === undefined || fitting.length > 1) throw failure("OPERATION_RESOLUTION_FAILURE");
  if (operation.operation === "subscription") {
    throw failure("GRAPHQL_VALIDATION_FAILED", "Subscriptions are not served at this endpoint.");
  }
  return operation;
}

function compileOperation(
  loaded: LoadedSupergraph,
  costRules: CostRules,
  given: DocumentNode,
  { name }: OperationDefinitionNode,
  source: OperationSource,
): Program {
  const { apiSchema: schema, requirements } = loaded;
  const renamed = nameVariables(given, pickOperation(given, name?.value));
  const { document, keys } = nameFields(renamed.document, schema, loaded.names);
  const operation = pickOperation(document, name?.value);
  const type = schema.getRootType(operation.operation);
  if (type == null) throw new Error(`there is no root type for a ${operation.operation}`);
  const denialOf = denialsOf(requirements, source.denied);
  const granted = source.denied.length === 0 ? document : withoutDenied(document, schema, denialOf);
  const plans = planOperation(loaded, granted, pickOperation(granted, name?.value), source.labels);
  const switches = new Switches();
  const read = readPlans(plans, loaded, switches);
  checkPlan(read.fetches, loaded.supergraph.subgraphs());
  const fragments = fragmentsOf(document);
  const collecting = { schema, fragments, switches, keys, denialOf };
  const shapes = compileShapes(read.root, type, operation.selectionSet, collecting);
  const fetches = finishFetches(read, keys, operation, loaded);
  const places = read.places.map((place) => place.build());
  checkShapes(shapes, places);
  return {
    type: operation.operation,
    name: name?.value,
    variables: renamed.variables,
    switches: switches.names,
    plan: read.step,
    explained: source.explained && explainPlans(plans),
    fetches,
    ...classifyPlaces(places, shapes, fetches),
    interfaceObjects: loaded.names.interfaceObjects,
    introspection: introspectionOf(
      pickOperation(renamed.document, name?.value),
      fragmentsOf(renamed.document),
    ),
    requirements:
      requirements === undefined
        ? []
        : requirementsOf(operation, type, { schema, fragments, requirements }),
    cost: estimateCost(costRules, operation, type, collecting),
  };
}

/** With what may be kept of them, where the schema says that anything may; nothing of a mutation is. */
function finishFetches(
  read: ReadPlan,
  keys: GivenKeys,
  { operation }: OperationDefinitionNode,
  loaded: LoadedSupergraph,
): readonly Fetch[] {
  const fetches = read.finish(keys);
  if (loaded.policies === undefined || operation !== "query") return fetches;
  return fetches.map((fetch, index) => withKeeping(fetch, read.fetches[index], loaded));
}

function withKeeping(
  fetch: Fetch,
  read: ReadFetch | undefined,
  { fullSchema, policies }: LoadedSupergraph,
): Fetch {
  return { ...fetch, keeping: policies && read && keepingOf(read, policies, fullSchema) };
}

function coded(error: GraphQLError, code: string): GraphQLError {
  if (error.extensions["code"] !== undefined) return error;
  return new GraphQLError(error.message, {
    ...(error.nodes && { nodes: error.nodes }),
    ...(error.source && { source: error.source }),
    ...(error.positions && { positions: error.positions }),
    extensions: { code },
  });
}

function refused(errors: readonly GraphQLError[]): Compiled {
  return { kind: "refused", errors: mergeErrors(errors.map((error) => error.toJSON())) };
}
