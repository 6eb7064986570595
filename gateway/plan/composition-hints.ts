/** What to do about the composition errors that people meet most, by Apollo's code. */
const hints: Readonly<Record<string, string>> = {
  EXTERNAL_ARGUMENT_MISSING: "give the @external field the arguments that its owner declares.",
  EXTERNAL_MISSING_ON_BASE: "declare the field in the subgraph that owns it, or drop @external.",
  EXTERNAL_TYPE_MISMATCH: "give the @external field the type that its owner declares.",
  EXTERNAL_UNUSED: "remove the @external field: no @key, @requires or @provides uses it.",
  EMPTY_MERGED_ENUM_TYPE: "share at least one value of the enum between all subgraphs.",
  EMPTY_MERGED_INPUT_TYPE: "share at least one field of the input between all subgraphs.",
  ENUM_VALUE_MISMATCH:
    "give the enum the same values in all subgraphs, as it is used for input and output.",
  FIELD_ARGUMENT_TYPE_MISMATCH: "give the argument the same type in all subgraphs.",
  FIELD_TYPE_MISMATCH:
    "give the field the same type in all subgraphs; only its nullability may differ.",
  INVALID_FIELD_SHARING:
    "mark the field @shareable in all subgraphs that resolve it, or keep it in one.",
  INVALID_GRAPHQL: "correct the schema there; it is not valid GraphQL by itself.",
  INVALID_LINK_DIRECTIVE_USAGE: "correct the @link at the top of the schema.",
  KEY_FIELDS_HAS_ARGS: "choose a key field that takes no arguments.",
  KEY_INVALID_FIELDS: "name fields in @key that the type has in this subgraph.",
  NO_QUERIES: "declare at least one field of Query in one subgraph.",
  PROVIDES_FIELDS_MISSING_EXTERNAL: "mark the provided field @external in this subgraph.",
  PROVIDES_INVALID_FIELDS: "name fields in @provides that the returned type has.",
  REQUIRED_ARGUMENT_MISSING_IN_SOME_SUBGRAPH:
    "declare the argument in all subgraphs, or make it optional.",
  REQUIRED_INPUT_FIELD_MISSING_IN_SOME_SUBGRAPH:
    "declare the input field in all subgraphs, or make it optional.",
  REQUIRES_FIELDS_MISSING_EXTERNAL: "mark the required field @external in this subgraph.",
  REQUIRES_INVALID_FIELDS: "name fields in @requires that the type has, marked @external.",
  SATISFIABILITY_ERROR:
    "give the type a @key in the subgraph that has the field, and in the one that leads there, or share the field.",
  TYPE_DEFINITION_INVALID: "correct the type: federation reserves its name or shape.",
  TYPE_KIND_MISMATCH: "make the type the same kind in all subgraphs.",
  UNKNOWN_FEDERATION_LINK_VERSION: "link a federation version that this composition knows.",
};

export function compositionHint(code: string): string {
  return hints[code] ?? `look up ${code} in Apollo Federation's list of composition errors.`;
}
