import { Agent } from "undici";
import type { Part } from "../../runtime/lifecycle.ts";
import { readAnswer } from "./read-answer.ts";
import type { Send } from "./send.ts";
import { SubgraphFault } from "./subgraph-fault.ts";

/** Bytes of an answer that are read at most. */
const maxAnswer = 32 * 1024 * 1024;

/** The only thing that opens connections to subgraphs. */
export interface Wire extends Part {
  readonly send: Send;
}

/**
 * A pool of kept connections for each subgraph. The deadline of a call is its signal; the pool's own timeouts
 * stand behind it, so that a connection never outlives a forgotten one.
 */
export function createWire({ timeoutMs }: { readonly timeoutMs: number }): Wire {
  const agent = new Agent({
    connections: 256,
    pipelining: 1,
    connect: { timeout: timeoutMs },
    headersTimeout: timeoutMs * 2,
    bodyTimeout: timeoutMs * 2,
    keepAliveTimeout: 4_000,
    maxResponseSize: maxAnswer,
  });

  return {
    name: "connections to subgraphs",
    start: () => Promise.resolve(),
    stop: () => agent.close(),
    async send(call) {
      const { origin, pathname, search } = new URL(call.url);
      const { operationName, query, variables } = call;
      try {
        const response = await agent.request({
          origin,
          path: pathname + search,
          method: "POST",
          headers: {
            "content-type": "application/json",
            accept: "application/graphql-response+json, application/json",
            "x-request-id": call.requestId,
            ...call.headers,
          },
          body: JSON.stringify({ query, operationName, variables }),
          ...(call.signal && { signal: call.signal }),
        });
        const type = response.headers["content-type"];
        return readAnswer({
          status: response.statusCode,
          contentType: Array.isArray(type) ? type.join(", ") : (type ?? ""),
          body: Buffer.from(await response.body.arrayBuffer()),
        });
      } catch (error) {
        throw error instanceof SubgraphFault ? error : faultOf(error);
      }
    },
  };
}

function faultOf(error: unknown): SubgraphFault {
  const code = String((error as { readonly code?: unknown } | null)?.code ?? "");
  if (code === "UND_ERR_RES_EXCEEDED_MAX_SIZE") {
    const message = `more than ${maxAnswer} bytes`;
    return new SubgraphFault("SUBGRAPH_INVALID_RESPONSE", message, error);
  }
  if (/^UND_ERR_\w*TIMEOUT$/.test(code)) {
    return new SubgraphFault("SUBGRAPH_TIMEOUT", "a connection timed out", error);
  }
  return code.startsWith("HPE_")
    ? new SubgraphFault("SUBGRAPH_INVALID_RESPONSE", "it does not speak HTTP", error)
    : new SubgraphFault("SUBGRAPH_UNAVAILABLE", "the connection failed", error);
}
