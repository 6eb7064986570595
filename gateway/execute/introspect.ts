import { executeSync, type GraphQLSchema, parse } from "graphql";
import type { Program } from "../plan/program.ts";

/**
 * Answers what a program asks of the schema itself: the JSON text of each such field by its key. Without variables it is
 * the same for every request, and is written once.
 */
export function createIntrospect(
  { introspection }: Program,
  schema: GraphQLSchema,
): (variables: Readonly<Record<string, unknown>>) => (key: string) => string {
  if (introspection === undefined) return () => () => "null";
  const document = parse(introspection, { noLocation: true });
  const run = (variables: Readonly<Record<string, unknown>>): ReadonlyMap<string, string> => {
    const { data } = executeSync({ schema, document, variableValues: variables });
    return new Map(Object.entries(data ?? {}).map(([key, value]) => [key, JSON.stringify(value)]));
  };
  const usesVariables = introspection.includes("$");
  let kept: ReadonlyMap<string, string> | undefined;
  return (variables) => {
    let texts: ReadonlyMap<string, string> | undefined;
    return (key) => {
      if (!usesVariables) {
        kept ??= run({});
        return kept.get(key) ?? "null";
      }
      texts ??= run(variables);
      return texts.get(key) ?? "null";
    };
  };
}
