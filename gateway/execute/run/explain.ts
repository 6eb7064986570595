import { catalogue } from "../../../runtime/errors.ts";
import type { SubgraphError } from "../../upstream/send.ts";
import type { AnswerError, Failure, Path, Run } from "./run.ts";

/** Places that say of one failed call what it costs them; beyond it, one error stands for all. */
const mostPlaces = 100;

/** Errors of an answer beyond which one without a path stands for all further denials. */
const mostDenials = 1_000;

/** Reasons in one answer at most. */
const mostReasons = 100;

/**
 * Says why there is null at the current place, unless an error there, above or below says so already. A reader looks
 * for the cause of each null that is not the data's own.
 */
export function explainNull(run: Run): void {
  if (run.reasons >= mostReasons || isExplained(run)) return;
  run.reasons += 1;
  const code = "SUBGRAPH_INVALID_RESPONSE";
  run.errors.push({ message: catalogue[code].sentence, path: [...run.path], extensions: { code } });
}

/** Says that a field of the object at the current place was kept from the viewer. */
export function explainDenial(
  { anonymous, errors, path }: Run,
  key: string,
  signIn: boolean,
): void {
  if (errors.length < mostDenials)
    errors.push({ ...denial(anonymous && signIn), path: [...path, key] });
  else if (errors.length === mostDenials) errors.push(denial(anonymous && signIn));
}

/** @param signIn whether signing in might help */
export function denial(signIn: boolean): AnswerError {
  const code = signIn ? "UNAUTHENTICATED" : "FORBIDDEN";
  return { message: catalogue[code].sentence, extensions: { code } };
}

/** Says at the current place what a failed call costs it. */
export function explainLoss(run: Run, failure: Failure): void {
  failure.shown += 1;
  if (failure.shown > mostPlaces || isExplained(run)) return;
  for (const error of failure.errors) run.errors.push(relay(error, [...run.path]));
}

/** Relays an error of an object that stands at the current place. */
export function relayAt(run: Run, error: SubgraphError, inside: Path): void {
  run.errors.push(relay(error, [...run.path, ...inside]));
}

/** All errors of an answer, when it is written: of a call that cost too much, or whose cost nobody saw, there is one. */
export function settleErrors({ errors, failures }: Run): readonly AnswerError[] {
  const settled = failures.filter(({ shown }) => shown === 0 || shown > mostPlaces);
  const replaced = new Set(
    settled.flatMap((failure) => failure.errors.map(({ extensions }) => extensions)),
  );
  return distinct([
    ...errors.filter(({ extensions }) => !replaced.has(extensions)),
    ...settled.flatMap((failure) => failure.errors.map((error) => relay(error, failure.prefix))),
  ]);
}

/** Two fetches may ask for the same and be told the same. */
function distinct(errors: readonly AnswerError[]): readonly AnswerError[] {
  if (errors.length < 2) return errors;
  const known = new Map(errors.map((error) => [JSON.stringify(error), error]));
  return [...known.values()];
}

export function relay({ extensions, message }: SubgraphError, path: Path): AnswerError {
  return path.length === 0 ? { message, extensions } : { message, path, extensions };
}

/** From the end: what was written last is nearest, and among thousands of errors the right one is found at once. */
function isExplained({ errors, path }: Run): boolean {
  return errors.findLastIndex((error) => related(error.path, path)) >= 0;
}

function related(one: Path | undefined, other: Path): boolean {
  if (one === undefined || one.length === 0) return false;
  const length = Math.min(one.length, other.length);
  for (let index = 0; index < length; index++) {
    if (one[index] !== other[index]) return false;
  }
  return true;
}
