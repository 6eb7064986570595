import type { HttpQuestion } from "../runtime/http-question.ts";
import type { Viewer as Identity } from "../runtime/identity.ts";

/** Who asks. */
export type Viewer = Identity & {
  /** What their token is good for. */
  readonly scopes?: readonly string[];
};

/** What the door takes in and every room passes on. */
export interface Request extends HttpQuestion {
  /** Given by the client in `x-request-id`, or made here; on every log line and in the answer. */
  readonly id: string;
  /** Anonymous until the room that knows has said who it is. */
  readonly viewer: Viewer;
  /** Where the client is, as its limits are counted: an IPv4 address or an IPv6 network. */
  readonly address?: string | undefined;
  /** Aborted when the client closes its connection before it has its answer. */
  readonly signal?: AbortSignal | undefined;
}

/** Something that a supergraph requires of a viewer; of lists in lists, all names of one of the inner ones. */
export type Requirement =
  | { readonly kind: "authenticated" }
  | { readonly kind: "scopes" | "policies"; readonly anyOf: readonly (readonly string[])[] };

/** A text that tells a requirement from every other. */
export function nameOf(requirement: Requirement): string {
  return requirement.kind === "authenticated"
    ? requirement.kind
    : `${requirement.kind} ${JSON.stringify(requirement.anyOf)}`;
}

/** What the client asked to be run; known once the document is parsed. */
export interface Operation {
  readonly type: "query" | "mutation" | "subscription";
  readonly name: string | undefined;
}

/** For whom and how long an answer may be kept by others. */
export interface Freshness {
  readonly scope: "PUBLIC" | "PRIVATE";
  /** Seconds since the oldest part of it was read. */
  readonly age: number;
  /** Seconds for which it may be served, counted from then. */
  readonly maxAge: number;
  /** Stands for its body. */
  readonly etag: string;
}

/** What goes back through the door. */
export interface Answer {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  /** JSON. An answer that many get is best one `Buffer`: it is encoded once, and packed once. */
  readonly body: string | Buffer;
  /** Of the error, when the request failed as a whole: undefined once anything was executed. */
  readonly code?: string | undefined;
  /** Undefined when the request failed before its document was understood. */
  readonly operation?: Operation | undefined;
  /** What the operation costs, as estimated: only to be reckoned by who needs it. It may throw for its arguments. */
  readonly cost?: (() => number) | undefined;
  /** Of an answer that is kept here; any other is not to be kept by anyone. */
  readonly freshness?: (() => Freshness | undefined) | undefined;
}

export type Handle = (request: Request) => Promise<Answer>;

/** One thing that a request meets: it may refuse, change the request, or look at the answer. */
export type Step = (next: Handle) => Handle;

/** Puts steps before a handler; the first of the list is met first. */
export function inOrder(steps: readonly Step[], last: Handle): Handle {
  return steps.reduceRight((next, step) => step(next), last);
}
