import { InFlight } from "../../runtime/in-flight.ts";
import type { Exchange } from "./exchange.ts";
import { SubgraphFault } from "./subgraph-fault.ts";

/** Milliseconds between two rounds: a call is given up that much too late at most. */
const round = 10;

export interface CallsInFlight {
  add(exchange: Exchange): void;
  delete(exchange: Exchange): void;
}

/**
 * Gives up calls whose time is over and those whose client has left. One timer goes round all of them: an abort signal, its
 * listener and a timer for each call would cost more than all else that the gateway does for it, and could be leaked.
 */
export function watchCalls(): CallsInFlight {
  const calls = new InFlight<Exchange, Exchange>();
  let timer: NodeJS.Timeout | undefined;

  function goRound(): void {
    if (calls.size === 0) {
      clearInterval(timer);
      timer = undefined;
    }
    const now = performance.now();
    for (const exchange of calls.values()) {
      const { context, deadline } = exchange.call;
      if (deadline !== undefined && deadline <= now) {
        exchange.giveUp(new SubgraphFault("SUBGRAPH_TIMEOUT", "no answer in time"));
      } else if (context.signal?.aborted === true) {
        exchange.giveUp(new SubgraphFault("CLIENT_CLOSED_REQUEST", "the client has left"));
      }
    }
  }

  return {
    add(exchange) {
      calls.set(exchange, exchange);
      timer ??= setInterval(goRound, round);
    },
    delete: (exchange) => calls.delete(exchange),
  };
}
