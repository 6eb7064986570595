import type { Wrapper } from "./send.ts";
import { SubgraphFault } from "./subgraph-fault.ts";

/** Milliseconds that one call may take. */
export interface Timeouts {
  readonly usual: number;
  /** Of the subgraphs that have their own. */
  readonly of: ReadonlyMap<string, number>;
}

/** Says when a call is given up: at the end of its subgraph's time or of the request's, whichever is nearer. The wire keeps it. */
export function withDeadline({ of, usual }: Timeouts): Wrapper {
  return (send) => (call) => {
    const now = performance.now();
    const { deadline: ofRequest = Number.POSITIVE_INFINITY } = call.context;
    if (ofRequest <= now) {
      return Promise.reject(new SubgraphFault("SUBGRAPH_TIMEOUT", "the request's time is over"));
    }
    const ofSubgraph = now + (of.get(call.subgraph) ?? usual);
    return send({ ...call, deadline: Math.min(ofSubgraph, ofRequest) });
  };
}
