import { anonymous } from "../../runtime/identity.ts";
import type { Send } from "./send.ts";
import { SubgraphFault } from "./subgraph-fault.ts";

/**
 * The schema that a subgraph says it has.
 * @throws SubgraphFault
 */
export async function fetchSdl(send: Send, subgraph: string, url: string): Promise<string> {
  const { data, errors } = await send({
    subgraph,
    url,
    query: "query SubgraphSchema { _service { sdl } }",
    operationName: "SubgraphSchema",
    variables: {},
    operationKind: "query",
    context: { viewer: anonymous, requestId: "supergraph", forwarded: {}, trace: {} },
  });
  const service = data?.["_service"];
  const sdl = typeof service === "object" && service !== null && "sdl" in service && service.sdl;
  if (typeof sdl === "string") return sdl;
  const why = errors[0]?.message ?? "it has no `_service { sdl }`";
  throw new SubgraphFault("SUBGRAPH_INVALID_RESPONSE", why);
}
