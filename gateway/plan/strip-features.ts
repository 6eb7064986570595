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
  /** Without its version. */
  readonly identity: string;
  readonly name: string;
  /** What its directives are called here: `as`, or its own name. */
  readonly as: string;
  /** What it calls its directives, and what those that are imported are called here; both without `@`. */
  readonly imports: ReadonlyMap<string, string>;
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
  const [, identity = "", name] = /^(.*\/([^/]+))\/v\d+\.\d+$/.exec(url ?? "") ?? [];
  if (directive.name.value !== "link" || name === undefined) return undefined;
  return {
    identity,
    name,
    as: textOf(directive, "as") ?? name,
    imports: importsOf(directive),
    purpose: textOf(directive, "for"),
  };
}

/** Of `import: ["@a", { name: "@b", as: "@c" }]`: `a` by `a`, and `c` by `b`. */
function importsOf(directive: ConstDirectiveNode): ReadonlyMap<string, string> {
  const list = directive.arguments?.find(({ name }) => name.value === "import")?.value;
  const bare = (name: string): string => name.replace(/^@/, "");
  return new Map(
    (list?.kind === Kind.LIST ? list.values : []).flatMap((value): [string, string][] => {
      if (value.kind === Kind.STRING) return [[bare(value.value), bare(value.value)]];
      if (value.kind !== Kind.OBJECT) return [];
      const part = (key: string): string | undefined => {
        const found = value.fields.find(({ name }) => name.value === key)?.value;
        return found?.kind === Kind.STRING ? bare(found.value) : undefined;
      };
      const name = part("name") ?? "";
      return [[name, part("as") ?? name]];
    }),
  );
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
    stripped.some(
      ({ as, imports }) =>
        name === as || name.startsWith(`${as}__`) || [...imports.values()].includes(name),
    );
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
