import type { Wrapper } from "./send.ts";
import { SubgraphFault } from "./subgraph-fault.ts";

/** Gives a call up after `milliseconds`, its body included. */
export function withDeadline(milliseconds: number): Wrapper {
  return (send) => async (call) => {
    // Cleared when the answer is there: AbortSignal.timeout would keep every call in memory until it fires.
    const deadline = new AbortController();
    const timer = setTimeout(() => deadline.abort(), milliseconds);
    const { signal } = deadline;
    try {
      return await send({
        ...call,
        signal: call.signal === undefined ? signal : AbortSignal.any([call.signal, signal]),
      });
    } catch (error) {
      if (!signal.aborted) throw error;
      throw new SubgraphFault("SUBGRAPH_TIMEOUT", `no answer within ${milliseconds} ms`);
    } finally {
      clearTimeout(timer);
    }
  };
}
