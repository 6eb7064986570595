import {
  type ASTNode,
  type DocumentNode,
  type GraphQLSchema,
  Kind,
  parse,
  print,
  type SelectionNode,
  separateOperations,
  validate,
  visit,
} from "graphql";
import type { Question } from "./question.ts";

/**
 * The smallest question that still fails, found by taking away one part after another: a question none of whose parts
 * can be spared.
 */
export async function shrink(
  schema: GraphQLSchema,
  question: Question,
  stillFails: (smaller: Question) => Promise<boolean>,
): Promise<Question> {
  let smallest = question;
  for (;;) {
    const smaller = await firstThatFails(schema, smallest, stillFails);
    if (smaller === undefined) return smallest;
    smallest = smaller;
  }
}

async function firstThatFails(
  schema: GraphQLSchema,
  question: Question,
  stillFails: (smaller: Question) => Promise<boolean>,
): Promise<Question | undefined> {
  const tried = new Set<string>([key(question)]);
  for (const candidate of candidates(question)) {
    if (tried.has(key(candidate))) continue;
    tried.add(key(candidate));
    if (validate(schema, parse(candidate.document)).length > 0) continue;
    if (await stillFails(candidate)) return candidate;
  }
  return undefined;
}

function key({ document, variables }: Question): string {
  return document + JSON.stringify(variables);
}

function* candidates(question: Question): Generator<Question> {
  const document = parse(question.document, { noLocation: true });
  const { operationName, variables } = question;
  if (operationName !== undefined) {
    const only = separateOperations(document)[operationName];
    if (only !== undefined) yield tidy(withoutNames(only), variables);
  }
  for (const edited of edits(document)) yield tidy(edited, variables, operationName);
  for (const name of Object.keys(variables)) {
    yield { ...question, variables: without(variables, name) };
  }
}

function withoutNames(document: DocumentNode): DocumentNode {
  return visit(document, {
    OperationDefinition: (node) => ({ ...node, name: undefined }),
  });
}

/** Every document with one part less, the largest parts first. */
function* edits(document: DocumentNode): Generator<DocumentNode> {
  const nodes: ASTNode[] = [];
  visit(document, { enter: (node) => void nodes.push(node) });
  for (const node of nodes) {
    if (node.kind !== Kind.SELECTION_SET || node.selections.length < 2) continue;
    const { selections } = node;
    const half = Math.ceil(selections.length / 2);
    if (selections.length > 3) {
      yield replace(document, node, { ...node, selections: selections.slice(0, half) });
      yield replace(document, node, { ...node, selections: selections.slice(half) });
    }
    for (const selection of selections) {
      const others = selections.filter((other) => other !== selection);
      yield replace(document, node, { ...node, selections: others });
    }
  }
  for (const node of nodes) {
    if (node.kind === Kind.SELECTION_SET) yield* unwrapped(document, node.selections, nodes);
    if (node.kind === Kind.DIRECTIVE || node.kind === Kind.ARGUMENT) {
      yield replace(document, node, null);
    }
    if (node.kind === Kind.OBJECT_FIELD) yield replace(document, node, null);
    if (node.kind === Kind.VARIABLE_DEFINITION && node.defaultValue !== undefined) {
      const { defaultValue, ...required } = node;
      yield replace(document, node, required);
    }
    if (node.kind === Kind.FIELD && node.alias !== undefined) {
      const { alias, ...plain } = node;
      yield replace(document, node, plain);
    }
  }
}

/** Fragments replaced by what is in them. */
function* unwrapped(
  document: DocumentNode,
  selections: readonly SelectionNode[],
  nodes: readonly ASTNode[],
): Generator<DocumentNode> {
  for (const selection of selections) {
    if (selection.kind === Kind.INLINE_FRAGMENT) {
      const inner = selection.selectionSet.selections;
      yield spliced(document, selections, selection, inner);
    }
    if (selection.kind === Kind.FRAGMENT_SPREAD) {
      const fragment = nodes.find(
        (node) =>
          node.kind === Kind.FRAGMENT_DEFINITION && node.name.value === selection.name.value,
      );
      if (fragment?.kind !== Kind.FRAGMENT_DEFINITION) continue;
      const { selectionSet, typeCondition } = fragment;
      const { directives = [] } = selection;
      yield spliced(document, selections, selection, [
        { kind: Kind.INLINE_FRAGMENT, typeCondition, directives, selectionSet },
      ]);
    }
  }
}

function spliced(
  document: DocumentNode,
  selections: readonly SelectionNode[],
  old: SelectionNode,
  inner: readonly SelectionNode[],
): DocumentNode {
  return visit(document, {
    SelectionSet: (node) =>
      node.selections === selections
        ? { ...node, selections: selections.flatMap((one) => (one === old ? inner : [one])) }
        : undefined,
  });
}

function replace(document: DocumentNode, old: ASTNode, by: ASTNode | null): DocumentNode {
  return visit(document, { enter: (node) => (node === old ? by : undefined) });
}

/** Without fragments and variables that nothing uses any more. */
function tidy(
  document: DocumentNode,
  variables: Question["variables"],
  operationName?: string,
): Question {
  let definitions = document.definitions;
  for (;;) {
    const spreads = new Set<string>();
    visit(
      { ...document, definitions },
      { FragmentSpread: ({ name }) => void spreads.add(name.value) },
    );
    const used = definitions.filter(
      (node) => node.kind !== Kind.FRAGMENT_DEFINITION || spreads.has(node.name.value),
    );
    if (used.length === definitions.length) break;
    definitions = used;
  }
  const usages = new Set<string>();
  const visited: DocumentNode = { ...document, definitions };
  visit(visited, {
    VariableDefinition: () => false,
    Variable: ({ name }) => void usages.add(name.value),
  });
  const tidied = visit(visited, {
    VariableDefinition: (node) => (usages.has(node.variable.name.value) ? undefined : null),
  });
  const left = Object.keys(variables).filter((name) => !usages.has(name));
  return {
    document: print(tidied),
    operationName,
    variables: left.reduce((rest, name) => without(rest, name), variables),
  };
}

function without(variables: Question["variables"], name: string): Question["variables"] {
  return Object.fromEntries(Object.entries(variables).filter(([key]) => key !== name));
}
