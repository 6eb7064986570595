import type { GraphQLFormattedError } from "graphql";
import { catalogue, isErrorCode } from "../../runtime/errors.ts";
import type { Question } from "../http/read-question.ts";
import type { OperationSource } from "../plan/compile.ts";
import type { OperationStore } from "../plan/operation-store.ts";
import type { LabelsOf } from "../plan/override-labels.ts";
import type { Answer, Operation, Request, Viewer } from "../request.ts";
import type { CallContext, ContextOf } from "../upstream/call-context.ts";
import type { Send, SubgraphAnswer } from "../upstream/send.ts";
import type { Engine } from "./engine.ts";
import type { LinkedOperation } from "./link-operation.ts";
import { findDocument, keepDocument, type PersistedDocuments } from "./persisted-documents.ts";
import type { Result } from "./run/link-program.ts";
import type { FetchCall, MakeCall } from "./run/run.ts";
import { createSharedCalls, createSharedRuns, whileAnyWaits } from "./share-work.ts";

export interface CompiledEngineOptions {
  readonly store: OperationStore<LinkedOperation>;
  readonly labelsOf: LabelsOf;
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
  readonly stop: () => Promise<void>;
}

/** An engine whose operations can warm the one after it. */
export interface CompiledEngine extends Engine {
  mostUsed(count: number): readonly OperationSource[];
}

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
    const document = findDocument(persistedDocuments, question);
    const known = store.get({
      document: typeof document === "string" ? document : await document,
      operationName: question.operationName,
      labels: options.labelsOf(request.viewer, request.id),
    });
    const stored = known instanceof Promise ? await known : known;
    if (stored.kind === "refused") return refusal(stored.errors);
    const { runnable } = stored;
    const operation = { type: runnable.type, name: runnable.name };
    options.refuseByMethod(runnable.type, request.method);
    if (question.hash !== undefined) await keepDocument(persistedDocuments, question);
    const reply =
      options.shareWork && runnable.type === "query"
        ? await runForAll(runnable, question.variables, request)
        : await run(runnable, question.variables, directly(callContext(request)));
    return typeof reply === "string" || Buffer.isBuffer(reply)
      ? { status: 200, headers: noHeaders, body: reply, operation }
      : { ...refusal(reply), operation };
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
      const reply = await run(operation, variables, sharing(context, sharer, began));
      // What many get is encoded once.
      return members.length > 1 && typeof reply === "string" ? Buffer.from(reply) : reply;
    });
  }

  async function run(
    operation: LinkedOperation,
    variables: Variables,
    call: MakeCall,
  ): Promise<Reply> {
    const running = operation.run(variables, call);
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

const noHeaders: ReadonlyMap<string, string> = new Map();

function viewerKey(viewer: Viewer): string {
  return viewer.kind === "anonymous" ? "" : `${viewer.id} ${viewer.role} ${viewer.session}`;
}

function forwardedKey(forwarded: Readonly<Record<string, string>>): string {
  for (const _ in forwarded) return JSON.stringify(forwarded);
  return "";
}
