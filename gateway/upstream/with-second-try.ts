import type { Wrapper } from "./send.ts";
import { ConnectionLost } from "./subgraph-fault.ts";

/**
 * Sends a query once more when its connection ends before the answer begins: most often it was a kept one that the
 * subgraph was just closing. Never a mutation, as nobody knows whether it was done.
 */
export function withSecondTry(): Wrapper {
  return (send) => async (call) => {
    try {
      return await send(call);
    } catch (error) {
      if (!(error instanceof ConnectionLost) || call.operationKind !== "query") throw error;
      return send(call);
    }
  };
}
