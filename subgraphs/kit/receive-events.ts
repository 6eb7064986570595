import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import type { Clock } from "../../runtime/clock.ts";
import { catalogue, codeOf, type ErrorCode, failure } from "../../runtime/errors.ts";
import { serviceHeader, verifyServiceRequest } from "../../runtime/service-signature.ts";
import { classifyDatabaseError } from "./database-errors.ts";
import { id } from "./input.ts";
import type { OutboxEvent } from "./outbox-event.ts";

export interface EventReceiver {
  /** The key that all services of the graph have. */
  readonly signingKey: string;
  readonly clock: Clock;
  /**
   * Does what follows from an event, once: the same event can come again, also at the same time. What it throws makes
   * the event come again later.
   */
  readonly apply: (event: OutboxEvent) => Promise<void>;
}

/** Where every service takes events. */
const eventsPath = "/events";

const bodyLimit = 64 * 1024;

const eventShape = z.object({
  id,
  topic: z.string(),
  key: z.string(),
  payload: z.record(z.string(), z.unknown()),
});

/** Adds the route that takes events from other services of the graph and nobody else. 204 says that what follows is done. */
export function receiveEvents(app: FastifyInstance, receiver: EventReceiver): void {
  const { apply, clock, signingKey } = receiver;
  app.register(async (scope) => {
    // The signature is over the bytes, so they are not parsed on the way in.
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser<string>(
      "application/json",
      { parseAs: "string" },
      async (_request: FastifyRequest, body: string) => body,
    );
    scope.post<{ Body: unknown }>(eventsPath, { bodyLimit }, async (request, reply) => {
      const body = typeof request.body === "string" ? request.body : "";
      const header = request.headers[serviceHeader];
      const sent = { method: "POST", path: request.url, body };
      if (!verifyServiceRequest(headerText(header), sent, signingKey, clock.now())) {
        return refuse(reply, "UNSIGNED_REQUEST", unsigned);
      }
      const event = parseEvent(body);
      if (event === undefined) return refuse(reply, "BAD_REQUEST", "The body is not an event.");
      try {
        await apply(event);
      } catch (error) {
        const code = codeOf(error) ?? classifyDatabaseError(error);
        if (code === undefined) throw error;
        return refuse(reply, code);
      }
      return reply.code(204).send();
    });
  });
}

const unsigned =
  "Only services of this graph send events: the signature is missing, forged or too old.";

function headerText(header: string | readonly string[] | undefined): string | undefined {
  return typeof header === "string" ? header : undefined;
}

function parseEvent(body: string): OutboxEvent | undefined {
  try {
    return eventShape.parse(JSON.parse(body));
  } catch {
    return undefined;
  }
}

function refuse(reply: FastifyReply, code: ErrorCode, message?: string): FastifyReply {
  return reply.code(catalogue[code].status).send({ errors: [failure(code, message).toJSON()] });
}
