import type { Part } from "../../runtime/lifecycle.ts";
import { type Send, wrap } from "./send.ts";
import { createWire } from "./send-by-http.ts";
import { withDeadline } from "./with-deadline.ts";
import { withSecondTry } from "./with-second-try.ts";

/** Bounds of the calls of one gateway. */
export interface PlainDoorOptions {
  /** Milliseconds that a call may take. */
  readonly timeout: number;
  /** Connections to one subgraph at most. */
  readonly connections: number;
  /** Calls that wait for one at most. */
  readonly queue: number;
}

export interface PlainDoor extends Part {
  readonly send: Send;
}

/** The way to subgraphs of which nothing is known: they are sent what was asked, and what they answer stays as it is. */
export function createPlainDoor({ timeout, ...line }: PlainDoorOptions): PlainDoor {
  const wire = createWire({ ...line, connectTimeout: timeout, sign: undefined });
  const timeouts = { usual: timeout, of: new Map<string, number>() };
  return { ...wire, send: wrap([withDeadline(timeouts), withSecondTry()], wire.send) };
}
