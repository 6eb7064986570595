import { randomUUID } from "node:crypto";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { searchOf } from "../../runtime/answer-by-apollo.ts";
import { anonymous } from "../../runtime/identity.ts";
import type { Answer, Handle, Operation } from "../request.ts";

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
  readonly answered: (request: AnsweredRequest) => void;
}

/** POST and GET `/graphql`. Every answer carries the request's id and is never stored by anyone. */
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
    reply.code(given.status);
    for (const [name, value] of given.headers) reply.header(name, value);
    return reply.header("cache-control", "no-store").send(given.body);
  }

  app.register(async (room) => {
    // Fastify would read text/plain, the one type in which a foreign page can post without asking first.
    room.removeContentTypeParser("text/plain");
    room.addHook("onRequest", async (request, reply) => {
      const id = requestId(request);
      visits.set(request, { id });
      reply.header("x-request-id", id);
      reply.header("cache-control", "no-store");
    });
    room.addHook("onResponse", async (request, reply) => {
      const visit = visits.get(request);
      if (visit === undefined) return;
      const { elapsedTime: milliseconds, statusCode: status } = reply;
      options.answered({ id: visit.id, status, operation: visit.operation, milliseconds });
    });
    room.route({ method: ["GET", "POST"], url: "/graphql", handler: answer });
  });
}

/** The client's own id if it is harmless in a log and a header, or a new one. */
function requestId({ headers }: FastifyRequest): string {
  const given = headers["x-request-id"];
  return typeof given === "string" && /^[\w.:/=+-]{1,128}$/.test(given) ? given : randomUUID();
}
