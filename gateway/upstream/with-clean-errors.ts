import { catalogue, type ErrorCode, isErrorCode } from "../../runtime/errors.ts";
import type { SubgraphError, Wrapper } from "./send.ts";

/** An error of a subgraph of which the client will see the code alone. */
export interface MaskedError {
  readonly subgraph: string;
  readonly requestId: string;
  readonly error: SubgraphError;
}

/** Codes by which a subgraph refuses the gateway itself; to the client they would say something untrue about its own request. */
const refusals: ReadonlySet<string> = new Set<ErrorCode>([
  "BAD_REQUEST",
  "GRAPHQL_PARSE_FAILED",
  "OPERATION_RESOLUTION_FAILURE",
  "PERSISTED_QUERY_NOT_FOUND",
  "PERSISTED_QUERY_NOT_SUPPORTED",
  "REQUEST_TOO_LARGE",
  "UNSIGNED_REQUEST",
]);

/**
 * What may pass of a subgraph's errors: those of the catalogue with their message and simple details, of all others
 * the fact that they happened. Each gets the name of its subgraph as `service`.
 */
export function withCleanErrors(masked: (error: MaskedError) => void): Wrapper {
  return (send) => async (call) => {
    const answer = await send(call);
    if (answer.errors.length === 0) return answer;
    const { subgraph } = call;
    const { requestId } = call.context;
    const errors = answer.errors.map((error) => {
      const clean = relayed(error, subgraph);
      if (clean !== undefined) return clean;
      masked({ subgraph, requestId, error });
      const code = refusals.has(String(error.extensions["code"]))
        ? "SUBGRAPH_REFUSED"
        : "INTERNAL_SERVER_ERROR";
      return labelled(error, catalogue[code].sentence, { code, service: subgraph });
    });
    return { ...answer, errors };
  };
}

function relayed(error: SubgraphError, service: string): SubgraphError | undefined {
  const { code } = error.extensions;
  if (!isErrorCode(code) || code === "INTERNAL_SERVER_ERROR" || refusals.has(code))
    return undefined;
  const details = Object.entries(error.extensions).filter(
    ([name, value]) => !debugging.has(name) && isSimple(value),
  );
  return labelled(error, error.message || catalogue[code].sentence, {
    ...Object.fromEntries(details),
    code,
    service,
  });
}

/** Names under which servers hand out what is for their own developers. */
const debugging: ReadonlySet<string> = new Set(["stacktrace", "stack", "exception", "serviceName"]);

/** A scalar or a list of scalars: arguments, ids, versions. Whole objects are how servers leak. */
function isSimple(value: unknown): boolean {
  return Array.isArray(value)
    ? value.every((one) => typeof one !== "object" || one === null)
    : typeof value !== "object";
}

function labelled(
  { path }: SubgraphError,
  message: string,
  extensions: Readonly<Record<string, unknown>>,
): SubgraphError {
  return { message, ...(path !== undefined && { path }), extensions };
}
