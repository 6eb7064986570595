import type { ErrorCode } from "../../runtime/errors.ts";

export type FaultCode = Extract<ErrorCode, `SUBGRAPH_${string}`>;

/** A subgraph that gave no usable answer. Message and cause are for the log; a client sees the code alone. */
export class SubgraphFault extends Error {
  override readonly name = "SubgraphFault";
  readonly code: FaultCode;

  constructor(code: FaultCode, message: string, cause?: unknown) {
    super(message, { cause });
    this.code = code;
  }
}
