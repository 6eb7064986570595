import { anonymous, signViewer, type Viewer, viewerHeader } from "../../runtime/identity.ts";
import { type Answer, createClient } from "./client.ts";

/** A subgraph asked as its gateway asks it. */
export interface SignedClient {
  send(document: string, variables?: unknown, viewer?: Viewer): Promise<Answer>;
}

/** @param key what the gateway signs viewers with */
export function createSignedClient(url: string, key: string): SignedClient {
  const client = createClient(url);
  return {
    send: (document, variables = {}, viewer = anonymous) =>
      client.send(document, variables, { [viewerHeader]: signViewer(viewer, key, Date.now()) }),
  };
}
