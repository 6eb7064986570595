import { inOnePiece } from "../../runtime/in-one-piece.ts";
import type { AnswersOfEngine } from "../answers/answers.ts";
import type { Gathering } from "../answers/gathering.ts";
import type { Request, Viewer } from "../request.ts";
import type { CallContext } from "../upstream/call-context.ts";
import type { Keeps } from "./keeps-of.ts";
import type { LinkedOperation } from "./link-operation.ts";
import type { Refusal, Reply } from "./reply.ts";
import type { MakeCall } from "./run/run.ts";
import type { Share } from "./share-requests.ts";
import type { Sharers } from "./sharers.ts";

type Variables = Readonly<Record<string, unknown>>;

/** Runs an operation that `keeps` something. */
export type RunKept = (
  operation: LinkedOperation,
  keeps: Keeps,
  variables: Variables,
  request: Request,
) => Promise<Reply>;

export interface KeptRunsOptions {
  readonly answers: AnswersOfEngine;
  readonly contextOf: (request: Request) => CallContext;
  readonly sharersOf: (context: CallContext) => Sharers;
  readonly share: Share;
  readonly run: (
    operation: LinkedOperation,
    variables: Variables,
    call: MakeCall,
    viewer: Viewer,
    gathering: Gathering,
  ) => Promise<string | Refusal>;
}

/** Answers operations from what was answered before, as a whole or in parts, and keeps what it may. */
export function createRunKept(options: KeptRunsOptions): RunKept {
  const { answers, contextOf, run, share, sharersOf } = options;

  return async (operation, { nameOf, whole }, variables, request) => {
    const context = contextOf(request);
    const { viewer } = context;
    const sharers = sharersOf(context);
    const sharer = sharers[whole ?? "PRIVATE"];
    const key = inOnePiece("answer", operation.number, sharer, nameOf(variables));
    const known = whole && answers.find(key);
    if (known !== undefined) return known;
    let waited = false;
    const shared = share(key, request, context, sharers, async (call) => {
      // Who has gathered has waited for an answer that may have been kept.
      const again = waited && whole !== undefined ? answers.findNow(key) : undefined;
      if (again !== undefined) return again;
      const gathering = answers.gather();
      const reply = await run(
        operation,
        variables,
        keeping(call, sharers, viewer, gathering),
        viewer,
        gathering,
      );
      if (whole === undefined || typeof reply !== "string") return reply;
      return answers.keep(key, reply, whole, gathering) ?? reply;
    });
    waited = true;
    return shared;
  };

  /** Answers calls from what is kept, where their fetches may be. */
  function keeping(
    make: MakeCall,
    sharers: Sharers,
    viewer: Viewer,
    gathering: Gathering,
  ): MakeCall {
    return (call) => {
      if (call.keeping === undefined) {
        gathering.spoil();
        return make(call);
      }
      const values = { variables: call.given, viewer };
      const owner = sharers[call.keeping.scope];
      return answers.calls(call, call.keeping, owner, values, gathering, make);
    };
  }
}
