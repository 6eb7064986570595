import type { FastifyInstance, FastifyRequest } from "fastify";
import {
  createRequestVerifier,
  type FirstTime,
  type SignatureOptions,
  signatureHeader,
} from "../../runtime/request-signature.ts";

/** A request that was signed, with its body as it is in JSON. */
export interface SignedBody {
  readonly claims: string;
  readonly body: unknown;
}

/** Reads a request of the room; undefined when it is not signed, was changed, is too old or came before. */
export type ReadSigned = (request: FastifyRequest) => Promise<SignedBody | undefined>;

/** Makes a room take JSON by bytes, which are what is signed: nothing is parsed before it is known whose it is. */
export function readSignedIn(
  room: FastifyInstance,
  options: SignatureOptions,
  firstTime: FirstTime,
): ReadSigned {
  const verify = createRequestVerifier(options, firstTime);
  const parse = room.getDefaultJsonParser("error", "error");
  room.removeAllContentTypeParsers();
  room.addContentTypeParser<Buffer>(
    "application/json",
    { parseAs: "buffer" },
    async (_request: FastifyRequest, body: Buffer) => body,
  );

  return async (request) => {
    const { headers, method, url } = request;
    const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
    const header = headers[signatureHeader];
    const text = typeof header === "string" ? header : undefined;
    const claims = await verify(text, { method, path: url, body });
    if (claims === undefined) return undefined;
    return new Promise((resolve, reject) => {
      parse(request, body.toString(), (error, value) => {
        if (error !== null) reject(error);
        else resolve({ claims, body: value });
      });
    });
  };
}
