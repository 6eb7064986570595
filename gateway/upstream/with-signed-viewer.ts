import type { Clock } from "../../runtime/clock.ts";
import { signViewer, viewerHeader } from "../../runtime/identity.ts";
import type { Wrapper } from "./send.ts";

/** Tells the subgraph whom the call is for. Without a key calls go unsigned, and our subgraphs refuse them. */
export function withSignedViewer(key: string | undefined, clock: Clock): Wrapper {
  if (key === undefined) return (send) => send;
  return (send) => (call) =>
    send({
      ...call,
      headers: { ...call.headers, [viewerHeader]: signViewer(call.viewer, key, clock.now()) },
    });
}
