import type { Clock } from "../../runtime/clock.ts";
import { signViewer, type Viewer, viewerHeader } from "../../runtime/identity.ts";
import type { Wrapper } from "./send.ts";

/** A viewer's header as it is in this second. */
interface Signed {
  readonly second: number;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * Tells the subgraph whom the call is for. Without a key calls go unsigned, and our subgraphs refuse them. A signature
 * names the second of its making, so one serves all calls for a viewer in that second.
 */
export function withSignedViewer(key: string | undefined, clock: Clock): Wrapper {
  if (key === undefined) return (send) => send;
  const known = new WeakMap<Viewer, Signed>();

  const headersFor = (viewer: Viewer): Signed["headers"] => {
    const now = clock.now();
    const second = Math.floor(now / 1000);
    const last = known.get(viewer);
    if (last?.second === second) return last.headers;
    const headers = { [viewerHeader]: signViewer(viewer, key, now) };
    known.set(viewer, { second, headers });
    return headers;
  };

  return (send) => (call) => {
    const signed = headersFor(call.context.viewer);
    const headers = call.headers === undefined ? signed : { ...call.headers, ...signed };
    return send({ ...call, headers });
  };
}
