import { hash } from "node:crypto";
import { catalogue } from "../../../runtime/errors.ts";
import type { Fetch } from "../../plan/program.ts";
import type { SubgraphAnswer, SubgraphError } from "../../upstream/send.ts";
import { SubgraphFault } from "../../upstream/subgraph-fault.ts";
import { relay } from "./explain.ts";
import { isObject } from "./link-places.ts";
import type { Failure, FetchCall, Given, JsonObject, Run } from "./run.ts";
import { quote } from "./write-leaf.ts";

/** A fetch with what never changes of its calls. */
export interface LinkedFetch extends Fetch, Pick<FetchCall, "head" | "question"> {}

export function linkHead(fetch: Fetch): LinkedFetch {
  const { document, name, subgraph } = fetch;
  const operationName = name === undefined ? "" : `"operationName":${quote(name)},`;
  const head = `{"query":${JSON.stringify(document)},${operationName}"variables":`;
  return { ...fetch, head, question: hash("sha256", `${subgraph} ${head}`, "base64url") };
}

export function nothingGiven(): Given {
  return { data: undefined, errors: undefined, failure: undefined };
}

/** Asks a root type. */
export async function askRoot(fetch: LinkedFetch, run: Run): Promise<Given> {
  const given = nothingGiven();
  const { data, errors } = await ask(fetch, run, variablesText(fetch, run, ""), undefined);
  const unplaced = errors.filter(({ path }) => path === undefined);
  for (const error of errors) {
    if (error.path !== undefined) addError(given, renamePath(fetch, error, error.path));
  }
  if (data === null) {
    // Fields that are null with everything else have no error of their own: then any tells why.
    given.failure =
      unplaced.length > 0
        ? fail(fetch, run, unplaced, 0)
        : fail(fetch, run, errors.slice(0, 1), placed);
  } else {
    given.data = data;
    for (const error of unplaced) run.errors.push(relay(error, fetch.prefix));
  }
  return given;
}

/**
 * Asks for entities.
 * @param representations their JSON texts
 * @param variables further members of the variables, as JSON text that ends with no comma
 * @param asked gets what is given, one for each representation
 */
export async function askEntities(
  fetch: LinkedFetch,
  run: Run,
  representations: readonly string[],
  variables: string,
  asked: readonly Given[],
): Promise<void> {
  const members = `"representations":[${representations.join()}]`;
  const text = variables === "" ? members : `${members},${variables}`;
  const all = variablesText(fetch, run, text);
  const each = fetch.keeping && {
    texts: representations,
    rest: all.slice(1 + members.length),
  };
  const { data, errors } = await ask(fetch, run, all, each);
  const unplaced: SubgraphError[] = [];
  for (const error of errors) {
    const [field, place, ...rest] = error.path ?? [];
    const given = field === "_entities" && typeof place === "number" ? asked[place] : undefined;
    if (given === undefined) unplaced.push(error);
    else addError(given, renamePath(fetch, error, rest));
  }
  const entities = data?.["_entities"];
  if (!Array.isArray(entities)) {
    if (unplaced.length === 0 && errors.length > 0) {
      return failAll(fetch, run, asked, errors.slice(0, 1), placed);
    }
    return failAll(fetch, run, asked, unplaced.length > 0 ? unplaced : [senseless(fetch)], 0);
  }
  // Nobody can tell whose data it is.
  if (entities.length !== asked.length) return failAll(fetch, run, asked, [senseless(fetch)], 0);
  for (let place = 0; place < entities.length; place++) {
    const entity: unknown = entities[place];
    const given = asked[place] as Given;
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
async function ask(
  fetch: LinkedFetch,
  run: Run,
  variables: string,
  entities: FetchCall["entities"],
): Promise<SubgraphAnswer> {
  const { document, head, keeping, name, prefix, question, subgraph, type } = fetch;
  try {
    const answer = await run.call({
      subgraph,
      document,
      head,
      question,
      name,
      type,
      variables,
      given: run.variables,
      prefix,
      keeping,
      entities,
    });
    if (answer.plain !== true) run.plain = false;
    return answer;
  } catch (error) {
    if (!(error instanceof SubgraphFault)) throw error;
    const { code } = error;
    const message = catalogue[code].sentence;
    return { data: null, errors: [{ message, extensions: { code, service: subgraph } }] };
  }
}

function variablesText({ variables }: Fetch, run: Run, members: string): string {
  let text = members;
  for (const name of variables) {
    const value = run.variables.get(name);
    if (value !== undefined) text += `${text === "" ? "" : ","}${quote(name)}:${value}`;
  }
  return `{${text}}`;
}

/** Places that a failure counts as having been seen at, when its errors have places of their own. */
const placed = 1;

function fail(
  { prefix }: Fetch,
  run: Run,
  errors: readonly SubgraphError[],
  shown: number,
): Failure {
  // Each failure is told from others by the identity of its errors' details.
  const own = errors
    .slice(0, 10)
    .map((error) => ({ ...error, extensions: { ...error.extensions } }));
  const failure = { errors: own, prefix, shown };
  run.failures.push(failure);
  return failure;
}

function failAll(
  fetch: Fetch,
  run: Run,
  asked: readonly Given[],
  errors: readonly SubgraphError[],
  shown: number,
): void {
  const failure = fail(fetch, run, errors, shown);
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
