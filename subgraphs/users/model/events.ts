import { v7 as newId } from "uuid";
import type { OutboxEvent } from "../../kit/outbox-event.ts";

/** The account is gone. What others hold of the user follows. */
export function accountDeleted(userId: string): OutboxEvent {
  return { id: newId(), topic: "account.deleted", key: userId, payload: { userId } };
}
