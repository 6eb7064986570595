import { Kind, parse, type SelectionSetNode } from "graphql";

/** @param text in braces, as `{ id owner { name } }` @throws Error when it is nothing of the kind */
export function fieldSet(text: string): SelectionSetNode {
  const [definition] = parse(text, { noLocation: true }).definitions;
  if (definition?.kind !== Kind.OPERATION_DEFINITION) throw new Error(`${text} is no field set`);
  return definition.selectionSet;
}
