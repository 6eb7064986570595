import { type GraphQLSchema, Kind, parse, validate } from "graphql";

/** Whether a schema has everything that a document asks for. */
export function fits(schema: GraphQLSchema, document: string): boolean {
  const parsed = parse(document);
  // Validation takes anything for granted below a root that there is not.
  const rooted = parsed.definitions.every(
    (one) => one.kind !== Kind.OPERATION_DEFINITION || schema.getRootType(one.operation),
  );
  return rooted && validate(schema, parsed).length === 0;
}
