import { LRUCache } from "lru-cache";
import type { Part } from "../../runtime/lifecycle.ts";
import { watchCalls } from "./calls-in-flight.ts";
import { Exchange, type ExchangeEvents } from "./exchange.ts";
import type { Send } from "./send.ts";
import { SubgraphFault } from "./subgraph-fault.ts";
import { createSubgraphLine, type LineOptions, type SubgraphLine } from "./subgraph-line.ts";

/** URLs whose connections are kept; of a supergraph that is reloaded with others for ever, old ones go. */
const maxUrls = 1_000;

/** The only thing that opens connections to subgraphs. */
export interface Wire extends Part {
  readonly send: Send;
}

interface Target {
  readonly line: SubgraphLine;
  readonly events: ExchangeEvents;
}

/** Kept connections to each URL. It ends calls at their deadline, and when their client leaves. */
export function createWire(options: LineOptions): Wire {
  const inFlight = watchCalls();
  const targets = new LRUCache<string, Target>({
    max: maxUrls,
    dispose: ({ line }) => void line.close(),
  });

  function open(url: string): Target {
    const line = createSubgraphLine(new URL(url), options);
    const events: ExchangeEvents = {
      settled(exchange) {
        inFlight.delete(exchange);
        line.forget(exchange);
      },
      released: line.released,
    };
    const target = { line, events };
    targets.set(url, target);
    return target;
  }

  return {
    name: "connections to subgraphs",
    start: () => Promise.resolve(),
    async stop() {
      await Promise.all([...targets.values()].map(({ line }) => line.close()));
    },
    send: (call) =>
      new Promise((answered, failed) => {
        let target: Target;
        try {
          target = targets.get(call.url) ?? open(call.url);
        } catch (error) {
          failed(new SubgraphFault("SUBGRAPH_UNAVAILABLE", "its URL cannot be used", error));
          return;
        }
        const exchange = new Exchange(call, answered, failed, target.events);
        inFlight.add(exchange);
        target.line.ask(exchange);
      }),
  };
}
