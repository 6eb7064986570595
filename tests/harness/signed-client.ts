import type { Clock } from "../../runtime/clock.ts";
import { anonymous, signViewer, type Viewer, viewerHeader } from "../../runtime/identity.ts";
import { type Answer, codesOf, createClient, dataOf } from "./client.ts";

/** What a gateway and its subgraphs have in common in tests. */
export const signingKey = "a key of at least thirty-two characters for tests";

/** A subgraph asked as its gateway asks it. */
export interface SignedClient {
  send(document: string, variables?: unknown, viewer?: Viewer): Promise<Answer>;
  /** Data of an operation that must succeed. */
  // biome-ignore lint/suspicious/noExplicitAny: as `Answer.data`
  data(document: string, variables?: unknown, viewer?: Viewer): Promise<any>;
  /** `CODE path.to.field` of each error of an operation that must fail. */
  codes(document: string, variables?: unknown, viewer?: Viewer): Promise<readonly string[]>;
}

/** @param url of its GraphQL endpoint */
export function createSignedClient(url: string, clock: Clock): SignedClient {
  const client = createClient(url);
  const send: SignedClient["send"] = (document, variables = {}, viewer = anonymous) =>
    client.send(document, variables, {
      [viewerHeader]: signViewer(viewer, signingKey, clock.now()),
    });
  return {
    send,
    data: async (...request) => dataOf(await send(...request)),
    codes: async (...request) => codesOf(await send(...request)),
  };
}
