import type { GraphQLFormattedError } from "graphql";
import { catalogue, isErrorCode } from "../../runtime/errors.ts";
import type { Question } from "../http/read-question.ts";
import type { OperationSource } from "../plan/compile.ts";
import type { OperationStore, Stored } from "../plan/operation-store.ts";
import type { LabelsOf } from "../plan/override-labels.ts";
import type { Answer, Operation, Request, Requirement, Viewer } from "../request.ts";
import type { CallContext, ContextOf } from "../upstream/call-context.ts";
import type { Send, SubgraphAnswer } from "../upstream/send.ts";
import type { Engine } from "./engine.ts";
import type { LinkedOperation } from "./link-operation.ts";
import { findDocument, keepDocument, type PersistedDocuments } from "./persisted-documents.ts";
import type { ReportCost } from "./report-cost.ts";
import type { Result } from "./run/link-program.ts";
import type { FetchCall, MakeCall } from "./run/run.ts";
import { createSharedCalls, createSharedRuns, whileAnyWaits } from "./share-work.ts";
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

/** What became of an operation: the body of its answer, or why its variables do not fit. */
type Reply = string | Buffer | readonly GraphQLFormattedError[];

/** Runs each operation as it was compiled, once for all who ask for the same at the same time. */
export function createCompiledEngine(options: CompiledEngineOptions): CompiledEngine {
  const { callContext, persistedDocuments, store } = options;
  const runs = createSharedRuns<Reply>();
  const calls = createSharedCalls<SubgraphAnswer>();

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
    const reply =
      options.shareWork && runnable.type === "query"
        ? await runForAll(runnable, question.variables, request)
        : await run(runnable, question.variables, directly(callContext(request)), request.viewer);
    return typeof reply === "string" || Buffer.isBuffer(reply)
      ? {
          status: 200,
          headers: noHeaders,
          body: withPlan(withCost(reply, runnable, question, request), runnable, request),
          operation,
          cost: () => runnable.estimateCost(question.variables),
        }
      : { ...refusal(reply), operation };
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

  function runForAll(
    operation: LinkedOperation,
    variables: Variables,
    request: Request,
  ): Promise<Reply> {
    const arrived = calls.now();
    const own = callContext(request);
    const sharer = `${viewerKey(own.viewer)} ${forwardedKey(own.forwarded)}`;
    const key = `${operation.number} ${sharer} ${JSON.stringify(variables)}`;
    return runs(key, request, async (members) => {
      const signal = whileAnyWaits(members);
      // Who has gathered has waited; the time of their work begins with it.
      const context = members.length > 1 ? { ...callContext(request), signal } : own;
      const began = members.length > 1 ? calls.now() : arrived;
      const reply = await run(operation, variables, sharing(context, sharer, began), own.viewer);
      // What many get is encoded once.
      return members.length > 1 && typeof reply === "string" ? Buffer.from(reply) : reply;
    });
  }

  async function run(
    operation: LinkedOperation,
    variables: Variables,
    call: MakeCall,
    viewer: Viewer,
  ): Promise<Reply> {
    const running = operation.run(variables, call, viewer.kind === "anonymous");
    return running instanceof Promise ? writeBody(await running) : running;
  }

  function directly(context: CallContext): MakeCall {
    return (call) => send(call, context);
  }

  function sharing(context: CallContext, sharer: string, arrived: number): MakeCall {
    return (call) => {
      const key = `${sharer} ${call.subgraph} ${call.head}${call.variables}`;
      return calls.call(key, arrived, context, (signal) => send(call, { ...context, signal }));
    };
  }

  function send(call: FetchCall, context: CallContext): Promise<SubgraphAnswer> {
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

  function writeBody({ data, errors }: Result): string {
    if (errors.length === 0) return `{"data":${data}}`;
    return `{"errors":${JSON.stringify(errors.map(format))},"data":${data}}`;
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

function viewerKey(viewer: Viewer): string {
  // As JSON: no id of an issuer can look like the end of another, and nothing that tells viewers apart is left out.
  return viewer.kind === "anonymous" ? "" : JSON.stringify(viewer);
}

function forwardedKey(forwarded: Readonly<Record<string, string>>): string {
  for (const _ in forwarded) return JSON.stringify(forwarded);
  return "";
}
