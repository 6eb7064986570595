import type { GraphQLFormattedError } from "graphql";
import { catalogue, isErrorCode } from "../../runtime/errors.ts";
import { anonymous } from "../../runtime/identity.ts";
import type { AnswersOfEngine } from "../answers/answers.ts";
import type { Gathering } from "../answers/gathering.ts";
import type { HeardAnswer } from "../answers/kept-calls.ts";
import type { Question } from "../http/read-question.ts";
import type { OperationSource } from "../plan/compile.ts";
import type { OperationStore, Stored } from "../plan/operation-store.ts";
import type { LabelsOf } from "../plan/override-labels.ts";
import type { Answer, Operation, Request, Requirement, Viewer } from "../request.ts";
import type { CallContext, ContextOf } from "../upstream/call-context.ts";
import type { Send, SubgraphAnswer } from "../upstream/send.ts";
import type { Engine } from "./engine.ts";
import { createRunKept, type Reply } from "./kept-runs.ts";
import type { LinkedOperation } from "./link-operation.ts";
import { findDocument, keepDocument, type PersistedDocuments } from "./persisted-documents.ts";
import type { ReportCost } from "./report-cost.ts";
import type { Result } from "./run/link-program.ts";
import type { FetchCall, MakeCall } from "./run/run.ts";
import { createSharedCalls, createSharedRuns, whileAnyWaits } from "./share-work.ts";
import { createSharersOf, type Sharers } from "./sharers.ts";
import { asksForPlan, showPlan } from "./show-plan.ts";

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
  readonly formatError: (error: GraphQLFormattedError, cause: unknown) => GraphQLFormattedError;
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
  const runs = createSharedRuns<Reply>();
  const calls = createSharedCalls<HeardAnswer>();
  const sharersOf = createSharersOf();
  const runKept =
    answers && createRunKept({ answers, contextOf: callContext, sharersOf, share, run });

  async function answer(request: Request): Promise<Answer> {
    const question = options.readQuestion(request);
    const document = findDocument(persistedDocuments, question, request.headers);
    const source: OperationSource = {
      document: typeof document === "string" ? document : await document,
      operationName: question.operationName,
      labels: options.labelsOf(request.viewer, request.id),
      denied: nothing,
      explained: options.showPlans && asksForPlan(request) ? true : undefined,
    };
    const known = store.get(source);
    const whole = known instanceof Promise ? await known : known;
    const stored =
      whole.kind === "refused" || whole.runnable.requirements === undefined
        ? whole
        : await withoutDenied(source, whole, request.viewer);
    if (stored.kind === "refused") return refusal(stored.errors);
    const { runnable } = stored;
    const operation = { type: runnable.type, name: runnable.name };
    options.refuseByMethod(runnable.type, request.method);
    if (question.hash !== undefined) await keepDocument(persistedDocuments, question);
    const reply = await replyTo(runnable, question.variables, request);
    if (isRefusal(reply)) return { ...refusal(reply), operation };
    const kept = typeof reply === "string" || Buffer.isBuffer(reply) ? undefined : reply;
    const plain = kept?.body ?? (reply as string | Buffer);
    const body = withPlan(withCost(plain, runnable, question, request), runnable, request);
    return {
      status: 200,
      headers: noHeaders,
      body,
      operation,
      cost: () => runnable.estimateCost(question.variables),
      freshness: body === kept?.body ? kept.freshness : undefined,
    };
  }

  /** What of an operation a viewer may have: an operation of its own, compiled for all who are denied the same. */
  async function withoutDenied(
    source: OperationSource,
    whole: Runnable,
    viewer: Viewer,
  ): Promise<Stored<LinkedOperation>> {
    const { name, requirements = [], type } = whole.runnable;
    const denied = await options.findDenied(requirements, viewer, { type, name });
    return denied.length === 0 ? whole : store.get({ ...source, denied });
  }

  function withCost(
    body: string | Buffer,
    operation: LinkedOperation,
    { variables }: Question,
    request: Request,
  ): string | Buffer {
    return options.reportCost?.(request, operation, variables, body) ?? body;
  }

  function withPlan(
    body: string | Buffer,
    { explained }: LinkedOperation,
    request: Request,
  ): string | Buffer {
    return explained === undefined ? body : showPlan(body, explained, request);
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
    if (type !== "query") return run(operation, variables, directly(context), viewer);
    const sharers = sharersOf(context);
    const key = `${operation.number} ${sharers.PRIVATE} ${JSON.stringify(variables)}`;
    return share(key, request, context, sharers, (call) => run(operation, variables, call, viewer));
  }

  function share(
    key: string,
    request: Request,
    own: CallContext,
    sharers: Sharers,
    work: (call: MakeCall) => Promise<Reply>,
  ): Promise<Reply> {
    if (!options.shareWork) return work(directly(own));
    const arrived = calls.now();
    return runs(key, request, async (members) => {
      const signal = whileAnyWaits(members);
      // Who has gathered has waited; the time of their work begins with it.
      const context = members.length > 1 ? { ...callContext(request), signal } : own;
      const began = members.length > 1 ? calls.now() : arrived;
      const reply = await work(sharing(context, sharers, began));
      // What many get is encoded once.
      return members.length > 1 && typeof reply === "string" ? Buffer.from(reply) : reply;
    });
  }

  async function run(
    operation: LinkedOperation,
    variables: Variables,
    call: MakeCall,
    viewer: Viewer,
    gathering?: Gathering,
  ): Promise<string | readonly GraphQLFormattedError[]> {
    const running = operation.run(variables, call, viewer.kind === "anonymous");
    return running instanceof Promise ? writeBody(await running, gathering) : running;
  }

  function directly(context: CallContext): MakeCall {
    return (call) => send(call, context);
  }

  function sharing(context: CallContext, sharers: Sharers, arrived: number): MakeCall {
    return (call) => {
      const sharer = sharers[call.keeping?.scope ?? "PRIVATE"];
      const key = `${sharer} ${call.subgraph} ${call.head}${call.variables}`;
      return calls.call(key, arrived, context, (signal) => send(call, { ...context, signal }));
    };
  }

  /** What is the same for everyone is asked for without the viewer, so that nothing of theirs gets into it. */
  function send(call: FetchCall, context: CallContext): Promise<HeardAnswer> {
    const { keeping } = call;
    if (keeping === undefined) return sendAs(call, context);
    const isPublic = keeping.scope === "PUBLIC";
    const asker = isPublic ? { ...context, viewer: anonymous, address: undefined } : context;
    return answers === undefined ? sendAs(call, asker) : listen(answers, call, asker);
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

  function sendAs(call: FetchCall, context: CallContext): Promise<SubgraphAnswer> {
    const { document, head, name, subgraph, type, variables } = call;
    return options.send({
      subgraph,
      url: options.urls.get(subgraph) ?? "",
      query: document,
      operationName: name,
      variables: {},
      body: `${head}${variables}}`,
      operationKind: type === "mutation" ? "mutation" : "query",
      context,
    });
  }

  function writeBody({ data, errors }: Result, gathering: Gathering | undefined): string {
    if (errors.length > 0) gathering?.spoil();
    const stale = gathering?.stale() ?? [];
    const more = stale.length === 0 ? "" : `,"extensions":${JSON.stringify({ stale })}`;
    if (errors.length === 0) return `{"data":${data}${more}}`;
    return `{"errors":${JSON.stringify(errors.map(format))},"data":${data}${more}}`;
  }

  function format(error: GraphQLFormattedError): GraphQLFormattedError {
    return options.formatError(error, error);
  }

  function refusal(errors: readonly GraphQLFormattedError[]): Answer {
    const formatted = errors.map(format);
    const code = formatted[0]?.extensions?.["code"];
    const status = isErrorCode(code) ? catalogue[code].status : 500;
    return {
      status,
      headers: noHeaders,
      body: JSON.stringify({ errors: formatted }),
      code: isErrorCode(code) ? code : "INTERNAL_SERVER_ERROR",
    };
  }

  return { answer, mostUsed: store.mostUsed, stop: options.stop };
}

const nothing: readonly string[] = [];
const noHeaders: ReadonlyMap<string, string> = new Map();

function isRefusal(reply: Reply): reply is readonly GraphQLFormattedError[] {
  return Array.isArray(reply);
}
