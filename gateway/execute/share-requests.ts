import type { HeardAnswer } from "../answers/kept-calls.ts";
import type { Request } from "../request.ts";
import type { CallContext, ContextOf } from "../upstream/call-context.ts";
import { encoded, type Reply } from "./reply.ts";
import type { MakeCall } from "./run/run.ts";
import type { SendCall } from "./send-call.ts";
import { createSharedCalls, createSharedRuns, whileAnyWaits } from "./share-work.ts";
import type { Sharers } from "./sharers.ts";

/** Does work once for all who ask for the same while it has not begun; it gets what its calls are made with. */
export type Share = (
  key: string,
  request: Request,
  context: CallContext,
  sharers: Sharers,
  work: (call: MakeCall) => Promise<Reply>,
) => Promise<Reply>;

export interface SharingOptions {
  /** Whether requests that ask the same at the same time are answered by the same work. */
  readonly shareWork: boolean;
  readonly callContext: ContextOf;
  readonly send: SendCall;
}

/** How the work of a request is done: for it alone, or together with others. */
export interface Sharing {
  readonly share: Share;
  alone(context: CallContext): MakeCall;
}

export function createSharing({ callContext, send, shareWork }: SharingOptions): Sharing {
  const runs = createSharedRuns<Reply>();
  const calls = createSharedCalls<HeardAnswer>();

  function alone(context: CallContext): MakeCall {
    return (call) => send(call, context);
  }

  function together(context: CallContext, sharers: Sharers, arrived: number): MakeCall {
    return (call, known) => {
      const sharer = sharers[call.keeping?.scope ?? "PRIVATE"];
      const key = known ?? `${sharer} ${call.question} ${call.variables}`;
      return calls.call(key, arrived, context, (signal) => send(call, { ...context, signal }));
    };
  }

  return {
    alone,
    share(key, request, own, sharers, work) {
      if (!shareWork) return work(alone(own));
      const arrived = calls.now();
      return runs(key, request, async (members) => {
        const signal = whileAnyWaits(members);
        // Who has gathered has waited; the time of their work begins with it.
        const context = members.length > 1 ? { ...callContext(request), signal } : own;
        const began = members.length > 1 ? calls.now() : arrived;
        const reply = await work(together(context, sharers, began));
        return members.length > 1 ? encoded(reply) : reply;
      });
    },
  };
}
