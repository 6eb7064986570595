import { parse } from "graphql";
import { appliedNames, requirementNames, strangersOf } from "./requirement-names.ts";

interface Source {
  readonly name: string;
  readonly sdl: string;
}

/**
 * What subgraphs require of viewers must be in their supergraph, or nobody would ask for it. Composition drops directives
 * that a subgraph has not imported from Apollo's specifications, and a composed file may be older than their use.
 * @returns a line for each subgraph whose requirements are lost
 */
export function findLost(supergraphSdl: string, sources: readonly Source[]): readonly string[] {
  const kept = new Set(requirementNames(parse(supergraphSdl, { noLocation: true })).values());
  return sources.flatMap(({ name, sdl }) => {
    const document = parse(sdl, { noLocation: true });
    const applied = appliedNames(document);
    const strangers = strangersOf(document).map(
      (directive) =>
        `subgraph ${name}: @${directive} is not Apollo's, and would be lost. What to do: import it from https://specs.apollo.dev/federation/v2.9, or give it another name.`,
    );
    const lost = [...requirementNames(document)].flatMap(([directive, own]) =>
      applied.has(directive) && !kept.has(own)
        ? [
            `subgraph ${name}: @${directive} is not in the supergraph. What to do: compose it anew with npm run compose.`,
          ]
        : [],
    );
    return [...strangers, ...lost];
  });
}
