import type { GraphQLFormattedError } from "graphql";
import type { KeepableAnswer } from "../answers/answers.ts";

/** Why an operation is not run, or its variables do not fit. */
export type Refusal = readonly GraphQLFormattedError[];

/** What became of an operation: the body of its answer, or why there is none. */
export type Reply = string | Buffer | KeepableAnswer | Refusal;

export function isRefusal(reply: Reply): reply is Refusal {
  return Array.isArray(reply);
}

/** What many get is encoded once. */
export function encoded(reply: Reply): Reply {
  if (typeof reply === "string") return Buffer.from(reply);
  if (isRefusal(reply) || Buffer.isBuffer(reply) || typeof reply.body !== "string") return reply;
  return { ...reply, body: Buffer.from(reply.body) };
}
