import { failure } from "../../runtime/errors.ts";
import type { Operation, Request } from "../request.ts";

/** What a request over HTTP asks GraphQL. */
export interface Question {
  /** Undefined where the client gives its hash alone. */
  readonly document: string | undefined;
  /** Of the document: SHA-256 in hexadecimal, as the protocol of automatic persisted queries has it. */
  readonly hash: string | undefined;
  readonly operationName: string | undefined;
  readonly variables: Fields;
  readonly extensions: Fields;
}

type Fields = Readonly<Record<string, unknown>>;

const nothing: Fields = Object.freeze({});

/**
 * Reads a request as GraphQL over HTTP has it: JSON by POST, or the query string of a GET.
 * @throws BAD_REQUEST, by its status 400, 405 or 415
 */
export function readQuestion(request: Request): Question {
  switch (request.method) {
    case "POST":
      return readBody(request.body);
    case "GET":
      return readSearch(request);
    default:
      throw refusedMethod("Ask by POST, or by GET.", "GET, POST");
  }
}

/**
 * A GET changes nothing: it may be repeated, prefetched, and sent by a link.
 * @throws BAD_REQUEST, with status 405
 */
export function refuseByMethod(type: Operation["type"], method: string): void {
  if (method === "GET" && type !== "query")
    throw refusedMethod(`A GET runs queries only: send a ${type} by POST.`, "POST");
}

function readBody(body: unknown): Question {
  if (Array.isArray(body)) throw bad("Batches are not taken: send one operation in a request.");
  if (!isFields(body)) throw bad("Send a JSON object with a `query`.");
  const { query } = body;
  if (isFields(query)) throw bad("`query` must be the document's text, not its syntax tree.");
  return question(
    textOf("query", query),
    textOf("operationName", body["operationName"]),
    fieldsOf("variables", body["variables"]),
    fieldsOf("extensions", body["extensions"]),
  );
}

function readSearch({ headers, search }: Request): Question {
  const type = headers["content-type"]?.split(";", 1)[0]?.trim().toLowerCase();
  if (type !== undefined && type !== "application/json")
    throw failure("BAD_REQUEST", "A GET has no body, and so no content-type but JSON's.", {
      http: { status: 415 },
    });
  const parameters = new URLSearchParams(search);
  const once = (name: string): string | undefined => {
    const values = parameters.getAll(name);
    if (values.length > 1) throw bad(`\`${name}\` is given more than once.`);
    return values[0];
  };
  const fields = (name: string): Fields => {
    const text = once(name);
    return text === undefined ? nothing : fieldsOf(name, parseJson(name, text));
  };
  return question(once("query"), once("operationName"), fields("variables"), fields("extensions"));
}

function question(
  document: string | undefined,
  operationName: string | undefined,
  variables: Fields,
  extensions: Fields,
): Question {
  const hash = hashOf(extensions["persistedQuery"]);
  if (!document && hash === undefined)
    throw bad("Send a document as `query`, or its hash as `extensions.persistedQuery`.");
  return { document, hash, operationName, variables, extensions };
}

function hashOf(persistedQuery: unknown): string | undefined {
  if (persistedQuery === undefined || persistedQuery === null) return undefined;
  const { sha256Hash, version } = isFields(persistedQuery) ? persistedQuery : nothing;
  if (version !== 1 || typeof sha256Hash !== "string")
    throw bad("`extensions.persistedQuery` must have version 1 and a `sha256Hash`.");
  return sha256Hash;
}

function textOf(name: string, value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== "string") throw bad(`\`${name}\` must be a string.`);
  return value;
}

function fieldsOf(name: string, value: unknown): Fields {
  if (value === undefined || value === null) return nothing;
  if (!isFields(value)) throw bad(`\`${name}\` must be a JSON object.`);
  return value;
}

function parseJson(name: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw bad(`\`${name}\` is not valid JSON.`);
  }
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function bad(message: string): ReturnType<typeof failure> {
  return failure("BAD_REQUEST", message);
}

function refusedMethod(message: string, allow: string): ReturnType<typeof failure> {
  const http = { status: 405, headers: new Map([["allow", allow]]) };
  return failure("BAD_REQUEST", message, { http });
}
