import { anonymous } from "../../runtime/identity.ts";
import type { AnswersOfEngine } from "../answers/answers.ts";
import type { HeardAnswer } from "../answers/kept-calls.ts";
import type { CallContext } from "../upstream/call-context.ts";
import type { Send, SubgraphAnswer } from "../upstream/send.ts";
import type { FetchCall } from "./run/run.ts";

/** Sends a call to its subgraph. */
export type SendCall = (call: FetchCall, context: CallContext) => Promise<HeardAnswer>;

export interface SendCallOptions {
  readonly send: Send;
  /** Of every subgraph. */
  readonly urls: ReadonlyMap<string, string>;
  /** Hears what a subgraph says of its drops, for what may be kept; undefined: nothing is kept. */
  readonly answers: AnswersOfEngine | undefined;
}

export function createSendCall({ answers, send, urls }: SendCallOptions): SendCall {
  function sendAs(call: FetchCall, context: CallContext): Promise<SubgraphAnswer> {
    const { document, head, name, subgraph, type, variables } = call;
    return send({
      subgraph,
      url: urls.get(subgraph) ?? "",
      query: document,
      operationName: name,
      variables: {},
      body: `${head}${variables}}`,
      operationKind: type === "mutation" ? "mutation" : "query",
      context,
    });
  }

  async function listen(
    { learn, position }: AnswersOfEngine,
    call: FetchCall,
    context: CallContext,
  ): Promise<HeardAnswer> {
    const sent = position(call.subgraph);
    const answer = await sendAs(call, context);
    if (answer.heard !== undefined) learn(call.subgraph, answer.heard);
    return { ...answer, sent };
  }

  return (call, context) => {
    const { keeping } = call;
    if (keeping === undefined) return sendAs(call, context);
    // What is the same for everyone is asked for without the viewer, so that nothing of theirs gets into it.
    const isPublic = keeping.scope === "PUBLIC";
    const asker = isPublic ? { ...context, viewer: anonymous, address: undefined } : context;
    return answers === undefined ? sendAs(call, asker) : listen(answers, call, asker);
  };
}
