import type { Clock } from "../../runtime/clock.ts";
import {
  type Asker,
  anonymous,
  readAsker,
  type Viewer,
  writeAsker,
} from "../../runtime/identity.ts";
import {
  createRequestSigner,
  createRequestVerifier,
  signatureHeader,
} from "../../runtime/request-signature.ts";
import { type Answer, codesOf, dataOf } from "./client.ts";
import type { Heard } from "./http-double.ts";

/** What a gateway and its subgraphs have in common in tests. */
export const signingKey = "a key of at least thirty-two characters for tests";

/** A subgraph asked as its gateway asks it. */
export interface SignedClient {
  send(document: string, variables?: unknown, viewer?: Viewer, address?: string): Promise<Answer>;
  /** Data of an operation that must succeed. */
  // biome-ignore lint/suspicious/noExplicitAny: as `Answer.data`
  data(document: string, variables?: unknown, viewer?: Viewer, address?: string): Promise<any>;
  /** `CODE path.to.field` of each error of an operation that must fail. */
  codes(
    document: string,
    variables?: unknown,
    viewer?: Viewer,
    address?: string,
  ): Promise<readonly string[]>;
}

/** @param url of its GraphQL endpoint */
export function createSignedClient(url: string, clock: Clock): SignedClient {
  const sign = createRequestSigner({ key: signingKey, sender: "gateway", clock });
  const path = new URL(url).pathname;
  const send: SignedClient["send"] = async (
    query,
    variables = {},
    viewer = anonymous,
    address = "",
  ) => {
    const body = JSON.stringify({ query, variables });
    const signature = sign({ method: "POST", path, body }, writeAsker(viewer, address));
    const headers = { "content-type": "application/json", [signatureHeader]: signature };
    const response = await fetch(url, { method: "POST", headers, body });
    return { status: response.status, ...((await response.json()) as Omit<Answer, "status">) };
  };
  return {
    send,
    data: async (...request) => dataOf(await send(...request)),
    codes: async (...request) => codesOf(await send(...request)),
  };
}

/** Whom a request that a double heard is signed for; undefined when its signature is not good. */
export async function askerOf(
  heard: Heard | undefined,
  clock: Clock,
  key: string = signingKey,
): Promise<Asker | undefined> {
  if (heard === undefined) return undefined;
  const verify = createRequestVerifier({ key, sender: "gateway", clock }, () => true);
  const claims = await verify(String(heard.headers[signatureHeader] ?? ""), heard);
  return claims === undefined ? undefined : readAsker(claims);
}
