import type { FastifyInstance, FastifyReply } from "fastify";
import { z } from "zod";
import type { Clock } from "../../runtime/clock.ts";
import { catalogue, codeOf, type ErrorCode, failure } from "../../runtime/errors.ts";
import { createReplayMemory } from "../../runtime/replays.ts";
import { classifyDatabaseError } from "./database-errors.ts";
import { id } from "./input.ts";
import type { OutboxEvent } from "./outbox-event.ts";
import { readSignedIn } from "./signed-room.ts";

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
  app.register(async (room) => {
    const memory = createReplayMemory(clock);
    const readSigned = readSignedIn(room, { key: signingKey, sender: "service", clock }, memory);
    room.post(eventsPath, { bodyLimit }, async (request, reply) => {
      const signed = await readSigned(request);
      if (signed === undefined) return refuse(reply, "UNSIGNED_REQUEST", unsigned);
      const event = eventShape.safeParse(signed.body).data;
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
  "Only services of this graph send events: the signature is missing, forged, too old or was used before.";

function refuse(reply: FastifyReply, code: ErrorCode, message?: string): FastifyReply {
  return reply.code(catalogue[code].status).send({ errors: [failure(code, message).toJSON()] });
}
