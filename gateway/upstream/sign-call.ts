import type { Clock } from "../../runtime/clock.ts";
import { writeAsker } from "../../runtime/identity.ts";
import { createRequestSigner } from "../../runtime/request-signature.ts";
import type { CallContext } from "./call-context.ts";

/**
 * Gives the header by which a call proves to its subgraph that it is the gateway's, and says whom it is for: what is signed is the
 * call itself, so nobody can change it, send it again, or put a viewer of their own to it.
 * @param path of its URL, with the query
 */
export type SignCall = (path: string, body: string, context: CallContext) => string;

export function createSignCall(key: string, clock: Clock): SignCall {
  const sign = createRequestSigner({ key, sender: "gateway", clock });
  return (path, body, { address = "", viewer }) =>
    sign({ method: "POST", path, body }, writeAsker(viewer, address));
}
