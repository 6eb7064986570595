import type { Clock } from "../../runtime/clock.ts";
import { createRequestSigner, signatureHeader } from "../../runtime/request-signature.ts";
import { type Deliver, DeliveryError } from "./outbox-relay.ts";

export interface EventTarget {
  /** Where the target takes events, an http or https URL. */
  readonly url: string;
  /** The key that all services of the graph have. */
  readonly signingKey: string;
  readonly clock: Clock;
}

/** Milliseconds after which an answer is not waited for any longer. What follows from an event may be much. */
const patience = 30_000;

/**
 * Delivers events by signed requests: `POST` with JSON of `id`, `topic`, `key`, `payload` and `createdAt`, the id also as
 * `idempotency-key`. An answer of 2xx says that the target has it; anything else, that it must come again.
 */
export function createEventSender({ url, signingKey, clock }: EventTarget): Deliver {
  const { pathname, search } = new URL(url);
  const sign = createRequestSigner({ key: signingKey, sender: "service", clock });
  return async ({ id, topic, key, payload, createdAt }, stopping) => {
    const body = JSON.stringify({ id, topic, key, payload, createdAt });
    const signed = { method: "POST", path: `${pathname}${search}`, body };
    const { status } = await send(url, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        "idempotency-key": id,
        [signatureHeader]: sign(signed, ""),
      },
      body,
      redirect: "manual",
      signal: AbortSignal.any([stopping, AbortSignal.timeout(patience)]),
    });
    if (status < 200 || status > 299) throw new DeliveryError(`HTTP_${status}`);
  };
}

async function send(url: string, request: RequestInit): Promise<Response> {
  try {
    const response = await fetch(url, request);
    // Read to its end, the connection serves the next event.
    await response.arrayBuffer();
    return response;
  } catch (error) {
    throw new DeliveryError(codeOfFault(error));
  }
}

/** Only the code: messages can hold addresses. */
function codeOfFault(error: unknown): string {
  if (typeof error !== "object" || error === null) return "UNREACHABLE";
  const { cause, name } = error as { cause?: { code?: unknown }; name?: unknown };
  if (name === "TimeoutError") return "TIMEOUT";
  if (name === "AbortError") return "STOPPED";
  return typeof cause?.code === "string" ? cause.code : "UNREACHABLE";
}
