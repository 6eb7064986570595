import { type DocumentNode, Kind, visit } from "graphql";
import { featuresOf } from "./strip-features.ts";

/** Apollo's directives that require something of a viewer. */
const requiring = ["authenticated", "requiresScopes", "policy"] as const;

/**
 * What Apollo's directives that require something of a viewer are called in a subgraph's or a supergraph's schema: their own
 * names, by those that they have there.
 */
export function requirementNames(document: DocumentNode): ReadonlyMap<string, string> {
  return new Map(
    featuresOf(document).flatMap(({ as, identity, imports }) =>
      requiring.flatMap((name): readonly [string, string][] => {
        const imported = imports.get(name);
        if (identity === `https://specs.apollo.dev/${name}`) return [[imported ?? as, name]];
        if (identity !== "https://specs.apollo.dev/federation") return [];
        return [[imported ?? `${as}__${name}`, name]];
      }),
    ),
  );
}

/** Names of directives that are applied somewhere in a schema, those that `@join__directive` carries included. */
export function appliedNames(document: DocumentNode): ReadonlySet<string> {
  const names = new Set<string>();
  visit(document, {
    Directive({ arguments: args = [], name }) {
      names.add(name.value);
      if (name.value !== "join__directive") return;
      const carried = args.find((argument) => argument.name.value === "name")?.value;
      if (carried?.kind === Kind.STRING) names.add(carried.value);
    },
  });
  return names;
}

/** Directives with the name of one of Apollo's that are something else here: nobody knows what they ask for. */
export function strangersOf(document: DocumentNode): readonly string[] {
  const known = requirementNames(document);
  const applied = appliedNames(document);
  return requiring.filter((name) => applied.has(name) && !known.has(name));
}
