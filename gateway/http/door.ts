import { randomUUID } from "node:crypto";
import { errorCodes, type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";
import { searchOf } from "../../runtime/answer-by-apollo.ts";
import { anonymous } from "../../runtime/identity.ts";
import type { Answer, Handle, Operation } from "../request.ts";
import { compressAnswers, sendCompressed } from "./compress-answers.ts";
import { type GrantedOrigins, grantOrigins } from "./grant-origins.ts";
import { inMediaTypeOf } from "./media-type.ts";

/** A request that was answered, or refused by the door itself. */
export interface AnsweredRequest {
  readonly id: string;
  readonly status: number;
  readonly operation: Operation | undefined;
  readonly milliseconds: number;
}

interface DoorOptions {
  /** What a request meets inside. It may throw: `refuse` makes an answer of it. */
  readonly handle: Handle;
  readonly refuse: (error: unknown, requestId: string) => Answer;
  readonly cors: GrantedOrigins;
  readonly answered: (request: AnsweredRequest) => void;
}

/** GraphQL over HTTP at `/graphql`. Every answer carries the request's id and is never stored by anyone. */
export function openDoor(app: FastifyInstance, options: DoorOptions): void {
  const visits = new WeakMap<FastifyRequest, { id: string; operation?: Operation | undefined }>();

  async function answer(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const visit = visits.get(request) ?? { id: requestId(request) };
    const { body, headers, method } = request;
    const question = { id: visit.id, method, headers, search: searchOf(request), body };
    const given = await options
      .handle({ ...question, viewer: anonymous })
      .catch((error: unknown) => options.refuse(error, visit.id));
    visit.operation = given.operation;
    return send(request, reply, given);
  }

  app.register(async (room) => {
    // Outside the counted room: preflights are no requests.
    grantOrigins(room, options.cors);
    await room.register(async (counted) => {
      // Fastify would read text/plain, the one type in which a foreign page can post without asking first.
      counted.removeContentTypeParser("text/plain");
      counted.addHook("onRequest", async (request, reply) => {
        const id = requestId(request);
        visits.set(request, { id });
        reply.header("x-request-id", id);
        reply.header("cache-control", "no-store");
        // Nothing here needs a compressed body, and a few kB of one can hold a GB.
        const { "content-encoding": encoding = "identity" } = request.headers;
        if (encoding !== "identity") throw new errorCodes.FST_ERR_CTP_INVALID_MEDIA_TYPE(encoding);
      });
      counted.addHook("onResponse", async (request, reply) => {
        const visit = visits.get(request);
        if (visit === undefined) return;
        const { elapsedTime: milliseconds, statusCode: status } = reply;
        options.answered({ id: visit.id, status, operation: visit.operation, milliseconds });
      });
      counted.setErrorHandler((error, request, reply) =>
        send(request, reply, options.refuse(error, visits.get(request)?.id ?? "")),
      );
      await compressAnswers(counted);
      counted.route({
        method: ["GET", "POST", "PUT", "PATCH", "DELETE"],
        url: "/graphql",
        handler: answer,
      });
    });
  });
}

function send(request: FastifyRequest, reply: FastifyReply, given: Answer): FastifyReply {
  const { body, headers, status } = inMediaTypeOf(request.headers.accept, given);
  reply.code(status);
  for (const [name, value] of headers) reply.header(name, value);
  reply.header("cache-control", "no-store");
  return sendCompressed(reply, body);
}

/** The client's own id if it is harmless in a log and a header, or a new one. */
function requestId({ headers }: FastifyRequest): string {
  const given = headers["x-request-id"];
  return typeof given === "string" && /^[\w.:/=+-]{1,128}$/.test(given) ? given : randomUUID();
}
