import { GraphQLError } from "graphql";

/** What a reader of an error needs to know. `status` is used when a whole request fails, never for a field. */
interface CatalogueEntry {
  readonly status: number;
  readonly retryable: boolean;
  readonly fault: "client" | "server" | "neighbour";
  readonly sentence: string;
}

/** Every error that leaves a process has one of these codes in `extensions.code`. */
export const catalogue = {
  GRAPHQL_PARSE_FAILED: client(400, "The document is not valid GraphQL syntax."),
  GRAPHQL_VALIDATION_FAILED: client(400, "The document does not fit the schema."),
  OPERATION_RESOLUTION_FAILURE: client(
    400,
    "The document holds no operation of that name, or several and no name.",
  ),
  BAD_REQUEST: client(400, "The HTTP request is not a GraphQL request."),
  OPERATION_NOT_PLANNABLE: client(
    400,
    "The operation is valid, but no right plan for it is found: another one may be.",
  ),
  OPERATION_TOO_COMPLEX: client(
    400,
    "The operation asks for more than this gateway plans; `limit` says of what, `maximum` how much it may be.",
  ),
  COST_ESTIMATED_TOO_EXPENSIVE: client(
    400,
    "The operation costs more than is allowed here: `value` says how much, `maximum` how much it may be. Ask for fewer items.",
  ),
  PERSISTED_QUERY_NOT_FOUND: client(
    200,
    "The hash is not known yet: send it again with the document.",
  ),
  PERSISTED_QUERY_NOT_IN_LIST: client(
    404,
    "No manifest of this client has a document with this id: the headers apollographql-client-name and -version say which client it is.",
  ),
  QUERY_NOT_IN_SAFELIST: client(
    403,
    "Only documents that applications were built with are run here, and no manifest of this client has this one.",
  ),
  PERSISTED_QUERY_NOT_SUPPORTED: client(200, "This server does not take persisted queries."),
  BAD_USER_INPUT: client(
    400,
    "An argument or variable has a value that is not allowed; `argument` says which.",
  ),
  INVALID_CURSOR: client(400, "The cursor is not one of this connection in this order."),
  UNAUTHENTICATED: client(401, "Sign in first: this needs a viewer."),
  TOKEN_INVALID: client(
    401,
    "The access token is malformed, or not from an issuer that is trusted here.",
  ),
  TOKEN_EXPIRED: client(401, "The access token has expired: refresh the session."),
  INVALID_CREDENTIALS: client(401, "The e-mail address or the password is wrong."),
  SESSION_ENDED: client(
    401,
    "The refresh token is unknown, expired or was used before: sign in again.",
  ),
  FORBIDDEN: client(403, "The viewer may not do or see this."),
  NOT_FOUND: client(404, "There is no such object, or the viewer may not know of it."),
  HANDLE_TAKEN: client(409, "Another account has this handle."),
  EMAIL_TAKEN: client(409, "Another account has this e-mail address."),
  STALE_VERSION: client(
    409,
    "The object was changed since it was read: read it again, then decide.",
  ),
  ALREADY_A_MEMBER: client(409, "This user is a member of the list already."),
  NOT_A_MEMBER: client(409, "This user is not a member of the list."),
  LAST_OWNER: client(409, "A list always has an owner: name another one first."),
  REQUEST_TOO_LARGE: client(413, "The request body is larger than this server reads."),
  TOO_MANY_REPRESENTATIONS: client(
    400,
    "More representations in one `_entities` call than this subgraph takes.",
  ),
  INVALID_REPRESENTATION: client(
    400,
    "A representation has no known `__typename` or lacks its key.",
  ),
  RATE_LIMITED: {
    ...client(429, "More than is allowed in this time; `retryAfter` says in how many seconds."),
    retryable: true,
  },
  CLIENT_CLOSED_REQUEST: client(499, "The client left before its answer was there."),
  UNSIGNED_REQUEST: client(
    401,
    "This subgraph answers its gateway only: the signature is missing, forged, too old, of another request, or was used before.",
  ),
  CONFLICT: {
    ...server(409, "Another write came in between; the same request may succeed now."),
    retryable: true,
  },
  SUBGRAPH_UNAVAILABLE: neighbour(502, "The subgraph that owns this field cannot be reached."),
  SUBGRAPH_TIMEOUT: neighbour(504, "The subgraph that owns this field did not answer in time."),
  SUBGRAPH_INVALID_RESPONSE: {
    ...neighbour(502, "The subgraph that owns this field gave an answer that makes no sense."),
    retryable: false,
  },
  SUBGRAPH_REFUSED: {
    ...neighbour(502, "The subgraph that owns this field refused the gateway's request."),
    retryable: false,
  },
  KEYS_UNAVAILABLE: neighbour(503, "The keys that access tokens are checked with cannot be read."),
  DATABASE_UNAVAILABLE: neighbour(503, "The database cannot be reached or is overloaded."),
  DATABASE_TIMEOUT: neighbour(504, "The database did not answer in time."),
  OVERLOADED: {
    ...server(503, "There is more of this work than can be done now: try again in a moment."),
    retryable: true,
  },
  NOT_READY: { ...server(503, "The process is starting or stopping."), retryable: true },
  INTERNAL_SERVER_ERROR: server(
    500,
    "Something went wrong on our side; the log has it under the request id.",
  ),
} as const satisfies Record<string, CatalogueEntry>;

export type ErrorCode = keyof typeof catalogue;

/** An expected failure. `message` defaults to the catalogue's sentence; `details` become extensions beside the code. */
export function failure(
  code: ErrorCode,
  message: string = catalogue[code].sentence,
  details: Readonly<Record<string, unknown>> = {},
): GraphQLError {
  return new GraphQLError(message, { extensions: { code, ...details } });
}

/** The code of an error of ours, or undefined for anything else. */
export function codeOf(error: unknown): ErrorCode | undefined {
  if (typeof error !== "object" || error === null || !("extensions" in error)) return undefined;
  const { extensions } = error;
  if (typeof extensions !== "object" || extensions === null || !("code" in extensions))
    return undefined;
  return isErrorCode(extensions.code) ? extensions.code : undefined;
}

export function isErrorCode(code: unknown): code is ErrorCode {
  return typeof code === "string" && Object.hasOwn(catalogue, code);
}

function client(status: number, sentence: string): CatalogueEntry {
  return { status, retryable: false, fault: "client", sentence };
}

function server(status: number, sentence: string): CatalogueEntry {
  return { status, retryable: false, fault: "server", sentence };
}

function neighbour(status: number, sentence: string): CatalogueEntry {
  return { status, retryable: true, fault: "neighbour", sentence };
}
