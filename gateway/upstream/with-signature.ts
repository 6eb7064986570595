import { LRUCache } from "lru-cache";
import type { Clock } from "../../runtime/clock.ts";
import { writeAsker } from "../../runtime/identity.ts";
import { createRequestSigner } from "../../runtime/request-signature.ts";
import type { Wrapper } from "./send.ts";
import { writeBody } from "./write-call.ts";

/** As many as there are URLs whose connections are kept. */
const maxUrls = 1_000;

/**
 * Proves to the subgraph that the call is the gateway's, and says whom it is for: what is signed is the call itself, so
 * nobody can change it, send it again, or put a viewer of their own to it. Without a key calls go unsigned, and our
 * subgraphs refuse them.
 */
export function withSignature(key: string | undefined, clock: Clock): Wrapper {
  if (key === undefined) return (send) => send;
  const sign = createRequestSigner({ key, sender: "gateway", clock });
  const paths = new LRUCache<string, string>({ max: maxUrls });

  /** As the request has it, or undefined for what is no URL, of which the wire says what is wrong. */
  const pathOf = (url: string): string | undefined => {
    const known = paths.get(url);
    if (known !== undefined || !URL.canParse(url)) return known;
    const { pathname, search } = new URL(url);
    paths.set(url, pathname + search);
    return pathname + search;
  };

  return (send) => (call) => {
    const path = pathOf(call.url);
    if (path === undefined) return send(call);
    const { address = "", viewer } = call.context;
    const body = writeBody(call);
    const signature = sign({ method: "POST", path, body }, writeAsker(viewer, address));
    return send({ ...call, body, signature });
  };
}
