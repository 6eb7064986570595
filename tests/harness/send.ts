import { once } from "node:events";
import { type IncomingHttpHeaders, request } from "node:http";
import { brotliDecompressSync, gunzipSync } from "node:zlib";

export interface Sent {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** As the client reads it. */
  readonly body: string;
  /** Bytes of the body on the wire. */
  readonly bytes: number;
}

export interface RawRequest {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

/** One request with these headers and no other; `fetch` would add its own, those of a browser among them. */
export async function send(
  origin: string,
  { method = "GET", path = "/graphql", headers = {}, body }: RawRequest,
): Promise<Sent> {
  const sent = request(new URL(path, origin), { method, headers, agent: false });
  sent.end(body);
  const [response] = await once(sent, "response");
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk);
  const raw = Buffer.concat(chunks);
  const encoding = response.headers["content-encoding"];
  const plain =
    encoding === "br" ? brotliDecompressSync(raw) : encoding === "gzip" ? gunzipSync(raw) : raw;
  return {
    status: response.statusCode,
    headers: response.headers,
    body: plain.toString(),
    bytes: raw.length,
  };
}

/** A GraphQL request by POST. */
export function sendJson(
  origin: string,
  value: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<Sent> {
  return send(origin, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(value),
  });
}
