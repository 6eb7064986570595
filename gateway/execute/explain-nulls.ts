import type { GraphQLFormattedError } from "graphql";
import { catalogue } from "../../runtime/errors.ts";

/** Reasons in one answer at most. */
const maxReasons = 100;

interface Result {
  errors?: readonly GraphQLFormattedError[] | undefined;
  extensions?: Record<string, unknown> | undefined;
}

/**
 * Where a subgraph gave a value that does not fit the schema, and no error, the stock executor answers null and puts the
 * reason into `extensions.valueCompletion`. A reader looks for it in `errors`.
 */
export const explainNulls = {
  async requestDidStart() {
    return {
      async willSendResponse({
        response: { body },
      }: {
        readonly response: {
          readonly body: { kind: string; singleResult?: Result };
        };
      }): Promise<void> {
        if (body.singleResult !== undefined) explain(body.singleResult);
      },
    };
  },
};

function explain(result: Result): void {
  const { valueCompletion, ...extensions } = result.extensions ?? {};
  if (!Array.isArray(valueCompletion)) return;
  const code = "SUBGRAPH_INVALID_RESPONSE";
  const reasons = valueCompletion.slice(0, maxReasons).map(({ path }: GraphQLFormattedError) => ({
    message: catalogue[code].sentence,
    ...(path && { path }),
    extensions: { code },
  }));
  result.errors = [...(result.errors ?? []), ...reasons];
  result.extensions = extensions;
  if (Object.keys(extensions).length === 0) delete result.extensions;
}
