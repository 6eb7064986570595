import { z } from "zod";
import type { Clock } from "../../../runtime/clock.ts";
import { failure } from "../../../runtime/errors.ts";
import { id, parseInput } from "../../kit/input.ts";
import type { OutboxEvent } from "../../kit/outbox-event.ts";
import type { Store } from "../store/store.ts";
import { departUser } from "./departures.ts";

const accountDeleted = z.object({ userId: id });

/**
 * What follows here from what happened in other services. An event of a topic that is not known is refused, and so comes
 * again: during an upgrade the one who sends may be newer.
 * @throws BAD_USER_INPUT, NOT_FOUND
 */
export function applyEvent(
  { topic, payload }: OutboxEvent,
  store: Store,
  clock: Clock,
): Promise<void> {
  switch (topic) {
    case "account.deleted":
      return departUser(parseInput("payload", accountDeleted, payload).userId, store, clock);
    default:
      throw failure("NOT_FOUND", "Nothing here follows from an event of this topic.");
  }
}
