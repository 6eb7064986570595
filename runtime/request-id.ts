import { randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";

/** The id that a client gave its request in `x-request-id`, if it is harmless in a log and a header, or a new one. */
export function requestIdOf({ headers }: Pick<IncomingMessage, "headers">): string {
  const given = headers["x-request-id"];
  return typeof given === "string" && /^[\w.:/=+-]{1,128}$/.test(given) ? given : randomUUID();
}
