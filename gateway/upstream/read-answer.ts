import { isUtf8 } from "node:buffer";
import { parseWithoutTraps } from "./parse-without-traps.ts";
import type { SubgraphAnswer, SubgraphError } from "./send.ts";
import { SubgraphFault } from "./subgraph-fault.ts";

/** An HTTP answer of a subgraph, fully read. */
interface RawAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly body: Buffer;
}

/** What every escape in JSON begins with. */
const backslash = 0x5c;

/** Answers of proxies and of servers that start, stop or shed load, whatever their body. */
const unavailable: ReadonlySet<number> = new Set([429, 502, 503, 504]);

/**
 * Trusts nothing: the type, the encoding, the JSON and the shape are checked before anything else sees the answer.
 * GraphQL errors are understood under any status.
 * @param query what was asked: names that reach prototypes are only taken from an answer to a query that has them
 */
export function readAnswer(raw: RawAnswer, query: string): SubgraphAnswer {
  const { body, contentType, status } = raw;
  const isJson = /^application\/(graphql-response\+)?json\s*(;|$)/i.test(contentType);
  if (!isJson) throw unusable(raw, `its content type is ${contentType || "missing"}`);
  if (!isUtf8(body)) throw unusable(raw, "its body is not UTF-8");
  const answer = parseJson(raw, query);
  if (!isRecord(answer)) throw unusable(raw, "its body is not a JSON object");
  const { data, errors = [] } = answer;
  if (!Array.isArray(errors)) throw unusable(raw, "`errors` is not a list");
  if (data === undefined && errors.length === 0) throw unusable(raw, "no `data`, no `errors`");
  if (data !== undefined && data !== null && !isRecord(data)) {
    throw unusable(raw, "`data` is not an object");
  }
  if (data === null && errors.length === 0) throw unusable(raw, "`data` is null without a reason");
  if (status === 404 && data === undefined) {
    throw new SubgraphFault("SUBGRAPH_REFUSED", "status 404: is the path of its URL right?");
  }
  const plain = !body.includes(backslash);
  return { data: data ?? null, errors: errors.map(readError), plain, body };
}

function unusable({ status }: RawAnswer, why: string): SubgraphFault {
  return unavailable.has(status)
    ? new SubgraphFault("SUBGRAPH_UNAVAILABLE", `status ${status}`)
    : new SubgraphFault("SUBGRAPH_INVALID_RESPONSE", `status ${status}: ${why}`);
}

function parseJson(raw: RawAnswer, query: string): unknown {
  try {
    return parseWithoutTraps(raw.body.toString(), query);
  } catch {
    throw unusable(raw, "its body is not JSON");
  }
}

function readError(error: unknown): SubgraphError {
  const { extensions, message, path } = isRecord(error) ? error : {};
  return {
    message: typeof message === "string" ? message : "",
    ...(isPath(path) && { path }),
    extensions: isRecord(extensions) ? extensions : {},
  };
}

function isPath(path: unknown): path is readonly (string | number)[] {
  const isStep = (step: unknown): boolean =>
    typeof step === "string" || (Number.isInteger(step) && Number(step) >= 0);
  return Array.isArray(path) && path.length > 0 && path.every(isStep);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
