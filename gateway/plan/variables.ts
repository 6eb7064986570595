import {
  type DocumentNode,
  Kind,
  type OperationDefinitionNode,
  type VariableDefinitionNode,
  type VariableNode,
  visit,
} from "graphql";
import type { Variable } from "./program.ts";

/** Names that mean something in what the planner writes, or to JavaScript's objects. */
function isTaken(name: string): boolean {
  return name === "representations" || name.startsWith("contextualArgument_") || name in {};
}

/** Gives variables of an operation other names where the client's would be taken for something else. */
export function nameVariables(
  document: DocumentNode,
  operation: OperationDefinitionNode,
): { readonly document: DocumentNode; readonly variables: readonly Variable[] } {
  const { variableDefinitions = [] } = operation;
  const names = new Set(variableDefinitions.map(nameOf));
  const renamed = new Map<string, string>();
  for (const given of names) {
    if (!isTaken(given)) continue;
    let name = `variable_${given}`;
    while (names.has(name) || isTaken(name)) name += "_";
    names.add(name);
    renamed.set(given, name);
  }
  const rename = (node: VariableNode): VariableNode => {
    const name = renamed.get(node.name.value);
    return name === undefined ? node : { ...node, name: { kind: Kind.NAME, value: name } };
  };
  return {
    document: renamed.size === 0 ? document : visit(document, { Variable: rename }),
    variables: variableDefinitions.map((definition) => ({
      given: nameOf(definition),
      name: renamed.get(nameOf(definition)) ?? nameOf(definition),
      definition: withoutPlaces(visit(definition, { Variable: rename })),
    })),
  };
}

function nameOf({ variable }: VariableDefinitionNode): string {
  return variable.name.value;
}

/** Places in the document point back to all of it. */
function withoutPlaces(definition: VariableDefinitionNode): VariableDefinitionNode {
  return JSON.parse(
    JSON.stringify(definition, (key, value) => (key === "loc" ? undefined : value)),
  );
}
