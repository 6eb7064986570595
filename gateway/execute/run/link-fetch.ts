import { catalogue } from "../../../runtime/errors.ts";
import type { Fetch, Program } from "../../plan/program.ts";
import type { SubgraphAnswer, SubgraphError } from "../../upstream/send.ts";
import { SubgraphFault } from "../../upstream/subgraph-fault.ts";
import { relay } from "./explain.ts";
import { linkTargets } from "./find-targets.ts";
import { isObject, type LinkedPlace, type Position } from "./link-reads.ts";
import { linkTargetsInContext, type TargetInContext } from "./read-context.ts";
import { linkRepresent } from "./represent.ts";
import { rewriteText } from "./rewrite.ts";
import type { Failure, Given, Joined, JsonObject, KnownEntities, Run } from "./run.ts";
import { quote } from "./write-leaf.ts";

/** Runs one node of a plan. It never rejects for what a subgraph does: that is in the answer. */
export type RunStep = (run: Run) => Promise<void> | void;

type LinkedFetch = Fetch & { readonly head: string };

/** Links a fetch: asks a subgraph and notes what it gives beside the objects that it is of. */
export function linkFetch(
  program: Program,
  index: number,
  places: readonly LinkedPlace[],
): RunStep {
  const given = program.fetches[index] as Fetch;
  const fetch = { ...given, head: headOf(given) };
  const place = places[fetch.place] as LinkedPlace;
  const targets = linkTargets(fetch, places);
  if (fetch.requires === undefined) return linkRootFetch(fetch, index, targets, place);
  const inContext =
    fetch.context.length > 0
      ? linkTargetsInContext(fetch, places)
      : (run: Run) => targets(run).map((position) => ({ position, variables: "" }));
  return linkEntityFetch(program, fetch, index, inContext, place, places);
}

/** Asks a root type. What it gives stands at every object at the place: one, unless a mutation's payload leads back to it. */
function linkRootFetch(
  fetch: LinkedFetch,
  index: number,
  targets: (run: Run) => readonly Position[],
  place: LinkedPlace,
): RunStep {
  return async (run) => {
    const positions = targets(run);
    if (positions.length === 0) return;
    const given = empty();
    const { data, errors } = await ask(fetch, run, variablesText(fetch, run));
    if (data !== null) given.data = data;
    const unplaced = errors.filter(({ path }) => path === undefined);
    for (const error of errors) {
      if (error.path !== undefined) addError(given, renamePath(fetch, error, error.path));
    }
    // Fields that are null with everything else have no error of their own: then any tells why.
    if (data === null)
      given.failure = fail(fetch, run, unplaced.length > 0 ? unplaced : errors.slice(0, 1));
    else for (const error of unplaced) run.errors.push(relay(error, fetch.prefix));
    run.joins[index] = joinAll(positions, place, given);
  };
}

function joinAll(
  positions: readonly Position[],
  place: LinkedPlace,
  given: Given,
): Map<object, Joined> {
  const joined = join(given);
  const noted = new Map<object, Joined>();
  for (const position of positions) place.note(joined, position, noted);
  return noted;
}

/** Representations that travel in one call, and what is given for each. */
interface Parcel {
  readonly texts: string[];
  readonly asked: Given[];
}

/**
 * Asks for entities, for each of them once however often it stands at the place. Fetches of a query that ask the same
 * subgraph the same, at different places, do not ask for an entity again that one of them has asked for.
 */
function linkEntityFetch(
  program: Program,
  fetch: LinkedFetch,
  index: number,
  targets: (run: Run) => readonly TargetInContext[],
  place: LinkedPlace,
  places: readonly LinkedPlace[],
): RunStep {
  const represent = linkRepresent(fetch.requires ?? [], place, places);
  const rewrites = fetch.inputRewrites;
  const alike = firstAlike(program, fetch);
  // Below an entity that stands at two places, what stands further up can differ.
  const apart = program.fetches.some(({ context }) => context.length > 0);

  return async (run) => {
    const positions = targets(run);
    if (positions.length === 0) return;
    const joins = new Map<object, Joined>();
    const here = new Map<string, Joined>();
    const copies: { readonly position: Position; readonly given: Given }[] = [];
    const known = alike === undefined ? undefined : knownEntities(run, alike);
    const parcels = new Map<string, Parcel>();
    for (const { position, variables } of positions) {
      let text = represent(place.layers(position, run), run);
      if (text === undefined) continue;
      if (rewrites.length > 0) text = rewriteText(text, rewrites);
      const name = variables === "" ? text : `${text} ${variables}`;
      let joined = here.get(name);
      if (joined === undefined) {
        let given = known?.given.get(name);
        if (given === undefined) {
          given = empty();
          known?.given.set(name, given);
          put(parcels, variables, text, given);
        }
        joined = join(given);
        here.set(name, joined);
      } else if (apart) {
        copies.push({ position, given: joined.given });
        continue;
      }
      place.note(joined, position, joins);
    }
    run.joins[index] = joins;
    const others = known === undefined ? [] : [...known.waiting];
    if (parcels.size > 0) {
      const asking = askForAll(fetch, run, parcels);
      known?.waiting.add(asking);
      await asking;
      known?.waiting.delete(asking);
    }
    if (others.length > 0) await Promise.all(others);
    for (const { given, position } of copies) {
      place.note(join({ ...given, data: structuredClone(given.data) }), position, joins);
    }
  };
}

function put(parcels: Map<string, Parcel>, variables: string, text: string, given: Given): void {
  const parcel = parcels.get(variables);
  if (parcel === undefined) {
    parcels.set(variables, { texts: [text], asked: [given] });
  } else {
    parcel.texts.push(text);
    parcel.asked.push(given);
  }
}

async function askForAll(
  fetch: LinkedFetch,
  run: Run,
  parcels: ReadonlyMap<string, Parcel>,
): Promise<void> {
  await Promise.all(
    [...parcels].map(([variables, { asked, texts }]) => {
      const more = variables === "" ? "" : `,${variables}`;
      const text = variablesText(fetch, run, `"representations":[${texts.join()}]${more}`);
      return askFor(fetch, run, text, asked);
    }),
  );
}

async function askFor(
  fetch: LinkedFetch,
  run: Run,
  variables: string,
  asked: readonly Given[],
): Promise<void> {
  const answer = await ask(fetch, run, variables);
  const { data, errors } = answer;
  const entities = data?.["_entities"];
  const unplaced: SubgraphError[] = [];
  for (const error of errors) {
    const [field, place, ...rest] = error.path ?? [];
    const given = field === "_entities" && typeof place === "number" ? asked[place] : undefined;
    if (given === undefined) unplaced.push(error);
    else addError(given, renamePath(fetch, error, rest));
  }
  if (!Array.isArray(entities)) {
    const why = unplaced.length > 0 ? unplaced : errors.slice(0, 1);
    return failAll(fetch, run, asked, why.length > 0 ? why : [senseless(fetch)]);
  }
  if (entities.length !== asked.length) return failAll(fetch, run, asked, [senseless(fetch)]);
  for (const [place, given] of asked.entries()) {
    const entity: unknown = entities[place];
    if (entity === null) continue;
    if (isObject(entity) && isOfType(fetch, entity)) given.data = entity;
    else addError(given, senseless(fetch));
  }
  for (const error of unplaced) run.errors.push(relay(error, fetch.prefix));
}

/** Whether an entity is what was asked for, as far as it says. */
function isOfType({ entityTypes }: Fetch, { __typename }: JsonObject): boolean {
  return __typename === undefined || entityTypes.includes(String(__typename));
}

/** A call that fails as a whole is an answer without data. */
async function ask(fetch: LinkedFetch, run: Run, variables: string): Promise<SubgraphAnswer> {
  const { document, head, name, subgraph, type } = fetch;
  try {
    return await run.call({ subgraph, document, head, name, type, variables });
  } catch (error) {
    if (!(error instanceof SubgraphFault)) throw error;
    const { code } = error;
    const message = catalogue[code].sentence;
    return { data: null, errors: [{ message, extensions: { code, service: subgraph } }] };
  }
}

function headOf({ document, name }: Fetch): string {
  const operationName = name === undefined ? "" : `"operationName":${quote(name)},`;
  return `{"query":${JSON.stringify(document)},${operationName}"variables":`;
}

function variablesText({ variables }: Fetch, run: Run, more?: string): string {
  let text = more ?? "";
  for (const name of variables) {
    const value = run.variables.get(name);
    if (value !== undefined) text += `${text === "" ? "" : ","}${quote(name)}:${value}`;
  }
  return `{${text}}`;
}

function fail({ prefix }: Fetch, run: Run, errors: readonly SubgraphError[]): Failure {
  // Each failure is told from others by the identity of its errors' details.
  const own = errors
    .slice(0, 10)
    .map((error) => ({ ...error, extensions: { ...error.extensions } }));
  const failure = { errors: own, prefix, shown: 0 };
  run.failures.push(failure);
  return failure;
}

function failAll(
  fetch: Fetch,
  run: Run,
  asked: readonly Given[],
  errors: readonly SubgraphError[],
): void {
  const failure = fail(fetch, run, errors);
  for (const given of asked) given.failure = failure;
}

function senseless({ subgraph: service }: Fetch): SubgraphError {
  const code = "SUBGRAPH_INVALID_RESPONSE";
  return { message: catalogue[code].sentence, extensions: { code, service } };
}

function renamePath(
  { renamed }: Fetch,
  error: SubgraphError,
  path: readonly (string | number)[],
): SubgraphError {
  const keys = path.map((key) =>
    typeof key === "string" && Object.hasOwn(renamed, key) ? (renamed[key] as string) : key,
  );
  return { ...error, path: keys };
}

function addError(given: Given, error: SubgraphError): void {
  if (given.errors === undefined) given.errors = [error];
  else given.errors.push(error);
}

function join(given: Given): Joined {
  return { given, text: undefined, shape: -1 };
}

function empty(): Given {
  return { data: undefined, errors: undefined, failure: undefined };
}

function knownEntities(run: Run, alike: number): KnownEntities {
  const known = run.known[alike] ?? { given: new Map(), waiting: new Set() };
  run.known[alike] = known;
  return known;
}

/** The first fetch of a query that asks the same as this one; undefined when no other does. */
function firstAlike({ fetches, type }: Program, fetch: Fetch): number | undefined {
  if (type !== "query") return undefined;
  const alike = fetches.filter((other) => question(other) === question(fetch));
  return alike.length > 1 ? fetches.indexOf(alike[0] as Fetch) : undefined;
}

/** The planner gives each fetch a name of its own. */
function question({ document, name, subgraph }: Fetch): string {
  return `${subgraph} ${name === undefined ? document : document.replace(name, "")}`;
}
