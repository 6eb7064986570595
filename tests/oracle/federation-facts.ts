import {
  type ConstDirectiveNode,
  type DocumentNode,
  type FieldDefinitionNode,
  Kind,
  type ObjectTypeDefinitionNode,
  parse,
  type SelectionSetNode,
} from "graphql";

/** What the directives of a subgraph say of one field. */
export interface FieldFacts {
  readonly external: boolean;
  readonly overridden: boolean;
  readonly requires: SelectionSetNode | undefined;
  readonly provides: SelectionSetNode | undefined;
  /** Arguments that are not the client's but come from an object above. */
  readonly fromContext: readonly ContextArgument[];
}

export interface ContextArgument {
  readonly argument: string;
  readonly context: string;
  readonly selection: SelectionSetNode;
}

interface TypeFacts {
  readonly keys: readonly SelectionSetNode[];
  readonly isInterfaceObject: boolean;
  readonly contexts: readonly string[];
  readonly fields: ReadonlyMap<string, FieldFacts>;
}

/** Facts by subgraph and type. */
export type Facts = ReadonlyMap<string, ReadonlyMap<string, TypeFacts>>;

/** Reads the federation directives of all subgraphs. */
export function readFacts(documents: ReadonlyMap<string, DocumentNode>): Facts {
  const moved = new Set<string>();
  for (const document of documents.values()) {
    for (const type of typesOf(document)) {
      for (const field of type.fields ?? []) {
        const override = directive(field, "override");
        // A progressive override leaves the field with both.
        if (override !== undefined && argument(override, "label") === undefined) {
          moved.add(`${argument(override, "from")}.${type.name.value}.${field.name.value}`);
        }
      }
    }
  }
  return new Map(
    [...documents].map(([subgraph, document]) => [
      subgraph,
      new Map(
        typesOf(document).map((type) => [
          type.name.value,
          {
            keys: directives(type, "key").map((key) => fieldSet(argument(key, "fields") ?? "")),
            isInterfaceObject: directive(type, "interfaceObject") !== undefined,
            contexts: directives(type, "context").map((context) => argument(context, "name") ?? ""),
            fields: new Map(
              (type.fields ?? []).map((field) => [
                field.name.value,
                {
                  external: [field, type].some((node) => directive(node, "external") !== undefined),
                  overridden: moved.has(`${subgraph}.${type.name.value}.${field.name.value}`),
                  requires: fieldSetOf(field, "requires"),
                  provides: fieldSetOf(field, "provides"),
                  fromContext: contextArguments(field),
                },
              ]),
            ),
          },
        ]),
      ),
    ]),
  );
}

function typesOf(document: DocumentNode): readonly ObjectTypeDefinitionNode[] {
  return document.definitions.filter(
    (definition) =>
      definition.kind === Kind.OBJECT_TYPE_DEFINITION ||
      definition.kind === Kind.INTERFACE_TYPE_DEFINITION,
  ) as readonly ObjectTypeDefinitionNode[];
}

interface Directed {
  readonly directives?: readonly ConstDirectiveNode[] | undefined;
}

function directives(node: Directed, name: string): readonly ConstDirectiveNode[] {
  return (node.directives ?? []).filter((candidate) => candidate.name.value === name);
}

function directive(node: Directed, name: string): ConstDirectiveNode | undefined {
  return directives(node, name)[0];
}

function argument(node: ConstDirectiveNode, name: string): string | undefined {
  const value = node.arguments?.find((candidate) => candidate.name.value === name)?.value;
  return value?.kind === Kind.STRING ? value.value : undefined;
}

function fieldSetOf(field: FieldDefinitionNode, name: string): SelectionSetNode | undefined {
  const found = directive(field, name);
  return found && fieldSet(argument(found, "fields") ?? "");
}

function contextArguments(field: FieldDefinitionNode): readonly ContextArgument[] {
  return (field.arguments ?? []).flatMap((node) => {
    const found = directive(node, "fromContext");
    const parts = /^\$(\w+)\s*(\{.*\})$/s.exec((found && argument(found, "field")) ?? "");
    if (parts === null) return [];
    const [, context = "", selection = ""] = parts;
    return [{ argument: node.name.value, context, selection: selectionSet(selection) }];
  });
}

function fieldSet(text: string): SelectionSetNode {
  return selectionSet(`{ ${text} }`);
}

function selectionSet(text: string): SelectionSetNode {
  const [operation] = parse(text, { noLocation: true }).definitions;
  if (operation?.kind !== Kind.OPERATION_DEFINITION) throw new Error(`not a selection: ${text}`);
  return operation.selectionSet;
}
