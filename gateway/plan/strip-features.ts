import {
  type ConstDirectiveNode,
  type DirectiveNode,
  type DocumentNode,
  Kind,
  parse,
  print,
  visit,
} from "graphql";

/** Features of a supergraph that `@apollo/gateway` refuses to load, by the last but one step of their URLs. */
const routerFeatures: ReadonlySet<string> = new Set([
  "authenticated",
  "requiresScopes",
  "policy",
  "cost",
  "context",
  "source",
  "connect",
  "cacheTag",
]);

/** A feature that a supergraph links to. */
export interface LinkedFeature {
  readonly name: string;
  /** What its directives are called here: `as`, or its own name. */
  readonly as: string;
  readonly purpose: string | undefined;
}

/** The features that a supergraph says it uses. */
export function featuresOf(document: DocumentNode): readonly LinkedFeature[] {
  return document.definitions.flatMap((definition) =>
    definition.kind === Kind.SCHEMA_DEFINITION || definition.kind === Kind.SCHEMA_EXTENSION
      ? (definition.directives ?? []).flatMap((directive) => featureOf(directive) ?? [])
      : [],
  );
}

function featureOf(directive: ConstDirectiveNode): LinkedFeature | undefined {
  const url = textOf(directive, "url");
  const name = /\/([^/]+)\/v\d+\.\d+$/.exec(url ?? "")?.[1];
  if (directive.name.value !== "link" || name === undefined) return undefined;
  return { name, as: textOf(directive, "as") ?? name, purpose: textOf(directive, "for") };
}

function textOf(directive: ConstDirectiveNode, argument: string): string | undefined {
  const value = directive.arguments?.find(({ name }) => name.value === argument)?.value;
  return value?.kind === Kind.STRING || value?.kind === Kind.ENUM ? value.value : undefined;
}

/** A supergraph without what only routers know: plans and types stay the same, requirements are gone. */
export function stripFeatures(sdl: string): string {
  const document = parse(sdl, { noLocation: true });
  const stripped = featuresOf(document).filter(({ name }) => routerFeatures.has(name));
  if (stripped.length === 0) return sdl;
  const isStripped = (name: string): boolean =>
    stripped.some(({ as }) => name === as || name.startsWith(`${as}__`));
  const withoutTheirs = (directive: DirectiveNode): DirectiveNode | null | undefined => {
    const feature = featureOf(directive as ConstDirectiveNode);
    const gone = isStripped(directive.name.value) || (feature && routerFeatures.has(feature.name));
    return gone ? null : undefined;
  };
  return print(
    visit(document, {
      Directive: withoutTheirs,
      // What stands for `@fromContext` in `@join__field`.
      Argument: ({ name }) => (name.value === "contextArguments" ? null : undefined),
      DirectiveDefinition: ({ name }) => (isStripped(name.value) ? null : undefined),
      ScalarTypeDefinition: ({ name }) => (isStripped(name.value) ? null : undefined),
    }),
  );
}
