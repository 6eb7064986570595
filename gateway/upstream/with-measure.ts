import type { Wrapper } from "./send.ts";
import { SubgraphFault } from "./subgraph-fault.ts";

/** A call that ended. */
export interface MeasuredCall {
  readonly subgraph: string;
  readonly requestId: string;
  /** `errors` means a usable answer in which the subgraph reports errors of its own. */
  readonly outcome: "ok" | "errors" | SubgraphFault["code"];
  readonly milliseconds: number;
  readonly fault?: SubgraphFault;
}

/** Tells how every call ended and how long it took. */
export function withMeasure(ended: (call: MeasuredCall) => void): Wrapper {
  return (send) => async (call) => {
    const { subgraph } = call;
    const { requestId } = call.context;
    const started = performance.now();
    const since = (): number => performance.now() - started;
    try {
      const answer = await send(call);
      const outcome = answer.errors.length === 0 ? "ok" : "errors";
      ended({ subgraph, requestId, outcome, milliseconds: since() });
      return answer;
    } catch (error) {
      if (error instanceof SubgraphFault) {
        const { code: outcome } = error;
        ended({ subgraph, requestId, outcome, milliseconds: since(), fault: error });
      }
      throw error;
    }
  };
}
