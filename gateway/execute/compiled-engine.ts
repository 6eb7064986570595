import type { AnswersOfEngine, KeepableAnswer } from "../answers/answers.ts";
import type { Gathering } from "../answers/gathering.ts";
import type { Question } from "../http/read-question.ts";
import type { OperationSource } from "../plan/compile.ts";
import type { LabelsOf } from "../plan/override-labels.ts";
import type { OperationStore, Stored } from "../plan/store/operation-store.ts";
import type { Answer, Operation, Request, Requirement, Viewer } from "../request.ts";
import type { ContextOf } from "../upstream/call-context.ts";
import type { Send } from "../upstream/send.ts";
import type { Engine } from "./engine.ts";
import { createRunKept } from "./kept-runs.ts";
import type { LinkedOperation } from "./link-operation.ts";
import { findDocument, keepDocument, type PersistedDocuments } from "./persisted-documents.ts";
import { isRefusal, type Refusal, type Reply } from "./reply.ts";
import type { ReportCost } from "./report-cost.ts";
import type { MakeCall } from "./run/run.ts";
import { createSendCall } from "./send-call.ts";
import { createSharing } from "./share-requests.ts";
import { createSharersOf } from "./sharers.ts";
import { asksForPlan, showPlan } from "./show-plan.ts";
import { createWriteBody, type FormatError, noHeaders } from "./write-body.ts";

export interface CompiledEngineOptions {
  readonly store: OperationStore<LinkedOperation>;
  readonly labelsOf: LabelsOf;
  /** Names of those of an operation's requirements that a viewer does not meet, in their order. */
  readonly findDenied: (
    requirements: readonly Requirement[],
    viewer: Viewer,
    operation: Operation,
  ) => readonly string[] | Promise<readonly string[]>;
  /** Of every subgraph. */
  readonly urls: ReadonlyMap<string, string>;
  readonly send: Send;
  readonly callContext: ContextOf;
  readonly readQuestion: (request: Request) => Question;
  readonly refuseByMethod: (type: Operation["type"], method: string) => void;
  readonly persistedDocuments: PersistedDocuments;
  readonly formatError: FormatError;
  /** Whether requests that ask the same at the same time are answered by the same work. */
  readonly shareWork: boolean;
  /** What was answered before; undefined: nothing is kept. */
  readonly answers: AnswersOfEngine | undefined;
  /** Whether who asks for it is shown the plan of an operation. */
  readonly showPlans: boolean;
  /** Undefined: costs are not reckoned. */
  readonly reportCost: ReportCost | undefined;
  readonly stop: () => Promise<void>;
}

/** An engine whose operations can warm the one after it. */
export interface CompiledEngine extends Engine {
  mostUsed(count: number): readonly OperationSource[];
}

type Runnable = Extract<Stored<LinkedOperation>, { kind: "runnable" }>;
type Variables = Readonly<Record<string, unknown>>;

/** Runs each operation as it was compiled, once for all who ask for the same at the same time. */
export function createCompiledEngine(options: CompiledEngineOptions): CompiledEngine {
  const { answers, callContext, persistedDocuments, store } = options;
  const write = createWriteBody(options.formatError);
  const { alone, share } = createSharing({ ...options, send: createSendCall(options) });
  const sharersOf = createSharersOf();
  const runKept =
    answers && createRunKept({ answers, contextOf: callContext, sharersOf, share, run });

  /** What an operation meets, in order. What is there at once is not waited for: each `await` costs a turn. */
  async function answer(request: Request): Promise<Answer> {
    const question = options.readQuestion(request);
    const found = findDocument(persistedDocuments, question, request.headers);
    const document = typeof found === "string" ? found : await found;
    const source = sourceOf(document, question, request);
    const known = store.get(source);
    const whole = known instanceof Promise ? await known : known;
    const stored =
      whole.kind === "refused" || whole.runnable.requirements === undefined
        ? whole
        : await withoutDenied(source, whole, request.viewer);
    if (stored.kind === "refused") return write.refused(stored.errors);

    const { runnable: operation } = stored;
    options.refuseByMethod(operation.type, request.method);
    // Only now it is known to be worth keeping.
    if (question.hash !== undefined) await keepDocument(persistedDocuments, question);

    const reply = await replyTo(operation, question.variables, request);
    return isRefusal(reply)
      ? { ...write.refused(reply), operation: named(operation) }
      : answerWith(reply, operation, question, request);
  }

  function sourceOf(document: string, question: Question, request: Request): OperationSource {
    return {
      document,
      operationName: question.operationName,
      labels: options.labelsOf(request.viewer, request.id),
      denied: nothing,
      explained: options.showPlans && asksForPlan(request) ? true : undefined,
    };
  }

  /** What of an operation a viewer may have: an operation of its own, compiled for all who are denied the same. */
  async function withoutDenied(
    source: OperationSource,
    whole: Runnable,
    viewer: Viewer,
  ): Promise<Stored<LinkedOperation>> {
    const { requirements = [] } = whole.runnable;
    const denied = await options.findDenied(requirements, viewer, named(whole.runnable));
    return denied.length === 0 ? whole : store.get({ ...source, denied });
  }

  function replyTo(
    operation: LinkedOperation,
    variables: Variables,
    request: Request,
  ): Promise<Reply> {
    const { keeps, type } = operation;
    if (keeps !== undefined && runKept !== undefined) {
      return runKept(operation, keeps, variables, request);
    }
    const context = callContext(request);
    const { viewer } = context;
    if (type !== "query") return run(operation, variables, alone(context), viewer);
    const sharers = sharersOf(context);
    const key = `${operation.number} ${sharers.PRIVATE} ${JSON.stringify(variables)}`;
    return share(key, request, context, sharers, (call) => run(operation, variables, call, viewer));
  }

  async function run(
    operation: LinkedOperation,
    variables: Variables,
    call: MakeCall,
    viewer: Viewer,
    gathering?: Gathering,
  ): Promise<string | Refusal> {
    const running = operation.run(variables, call, viewer.kind === "anonymous");
    return running instanceof Promise ? write.ran(await running, gathering) : running;
  }

  function answerWith(
    reply: string | Buffer | KeepableAnswer,
    operation: LinkedOperation,
    { variables }: Question,
    request: Request,
  ): Answer {
    const keepable = typeof reply === "string" || Buffer.isBuffer(reply) ? undefined : reply;
    const plain = keepable?.body ?? (reply as string | Buffer);
    const costed = options.reportCost?.(request, operation, variables, plain) ?? plain;
    const { explained } = operation;
    const body = explained === undefined ? costed : showPlan(costed, explained, request);
    return {
      status: 200,
      headers: noHeaders,
      body,
      operation: named(operation),
      cost: () => operation.estimateCost(variables),
      // What was added to it is of this request alone.
      freshness: body === keepable?.body ? keepable.freshness : undefined,
    };
  }

  return { answer, mostUsed: store.mostUsed, stop: options.stop };
}

const nothing: readonly string[] = [];

function named({ name, type }: LinkedOperation): Operation {
  return { type, name };
}
