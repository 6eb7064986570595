import type { ErrorCode } from "../../runtime/errors.ts";

export type FaultCode = Extract<
  ErrorCode,
  `SUBGRAPH_${string}` | "OVERLOADED" | "CLIENT_CLOSED_REQUEST"
>;

/** A call without a usable answer. Message and cause are for the log; a client sees the code alone. */
export class SubgraphFault extends Error {
  override readonly name: string = "SubgraphFault";
  readonly code: FaultCode;

  constructor(code: FaultCode, message: string, cause?: unknown) {
    super(message, { cause });
    this.code = code;
  }
}

/** The connection ended before the answer began. Whether the subgraph has seen the call is not known. */
export class ConnectionLost extends SubgraphFault {
  override readonly name = "ConnectionLost";

  constructor(cause: unknown) {
    super("SUBGRAPH_UNAVAILABLE", "the connection ended before the answer began", cause);
  }
}
