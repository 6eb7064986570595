import { hash } from "node:crypto";
import type { OperationSource } from "../compile.ts";

/** V8 hashes strings up to this length by their characters, longer ones by their length alone. */
const longestHashed = 16_383;

/** A text of its own for each document, such that no one can make many that fall on one place of a map. */
export function documentKey(document: string): string {
  return document.length <= longestHashed ? document : hash("sha256", document);
}

/** A text of its own for each source. */
export function sourceKey({
  denied,
  document,
  explained,
  labels,
  operationName,
}: OperationSource): string {
  // With the length, so that no short document can look like the hash of a long one.
  return `${JSON.stringify([operationName, labels, denied, explained, document.length])}${documentKey(document)}`;
}

export function sameSource(one: OperationSource, other: OperationSource): boolean {
  return (
    one.document === other.document &&
    one.operationName === other.operationName &&
    one.explained === other.explained &&
    sameTexts(one.labels, other.labels) &&
    sameTexts(one.denied, other.denied)
  );
}

function sameTexts(one: readonly string[], other: readonly string[]): boolean {
  return (
    one === other || (one.length === other.length && one.every((text, at) => text === other[at]))
  );
}
