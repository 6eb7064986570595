import { createAnswers } from "../../gateway/answers/answers.ts";
import type { AnswersWatch } from "../../gateway/answers/watch.ts";
import { createCompiledEngine } from "../../gateway/execute/compiled-engine.ts";
import { createLinkOperation } from "../../gateway/execute/link-operation.ts";
import { keepInMemory } from "../../gateway/execute/persisted-documents.ts";
import { readQuestion, refuseByMethod } from "../../gateway/http/read-question.ts";
import { createCompiler } from "../../gateway/plan/compile.ts";
import { createPlannerInProcess } from "../../gateway/plan/planner-in-process.ts";
import { createOperationStore } from "../../gateway/plan/store/operation-store.ts";
import { createCallContexts } from "../../gateway/upstream/call-context.ts";
import type { Send } from "../../gateway/upstream/send.ts";
import { systemClock } from "../../runtime/clock.ts";
import { anonymous } from "../../runtime/identity.ts";
import { createLog } from "../../runtime/log.ts";
import type { StartedEngine } from "./engines.ts";
import type { OracleGraph } from "./oracle-graph.ts";
import { createWorld, type World } from "./places.ts";
import type { Outcome } from "./question.ts";
import { createSubgraph, type RunSubgraph } from "./subgraph.ts";

/** The engine of the gateway with all that it keeps of answers, over the subgraphs of a graph in this process. */
export async function startKeptEngine(
  graph: OracleGraph,
  watch: AnswersWatch,
): Promise<StartedEngine> {
  const { api, example, supergraphSdl } = graph;
  const ignore = (): undefined => undefined;
  const planner = createPlannerInProcess(
    async () => createCompiler(supergraphSdl, { introspection: true, listSize: 1, refuse: ignore }),
    {
      ...{ started: ignore, planned: ignore, waiting: ignore },
      ...{ restarted: ignore, failed: ignore, priorityKept: ignore },
    },
  );
  await planner.start();
  const store = createOperationStore({
    schemaId: example.name,
    planner,
    link: createLinkOperation(api, undefined),
    refuse: ignore,
    bytes: 64 * 1024 * 1024,
    clock: systemClock,
  });
  const answers = createAnswers({
    redisUrl: undefined,
    bytes: 64 * 1024 * 1024,
    staleFor: 0,
    watch,
    log: createLog("test", "silent"),
  });
  const subgraphs = new Map<string, RunSubgraph>();
  for (const name of graph.documents.keys()) subgraphs.set(name, createSubgraph(graph, name));
  let world: World;

  const send: Send = async ({ body = "", subgraph }) => {
    const ask = subgraphs.get(subgraph);
    if (ask === undefined) throw new Error(`no subgraph ${subgraph}`);
    const { data = null, errors = [] } = await ask(JSON.parse(body), world);
    const relayed = errors.map(({ extensions = {}, message, path }) => ({
      message,
      extensions,
      ...(path && { path }),
    }));
    const plain = !JSON.stringify(data).includes("\\");
    return { data: data as Readonly<Record<string, unknown>> | null, errors: relayed, plain };
  };
  const engine = createCompiledEngine({
    store,
    answers: answers.forEngine(),
    labelsOf: () => [],
    findDenied: () => [],
    urls: new Map(),
    send,
    callContext: createCallContexts({ forwardHeaders: [], requestTimeout: 30_000 }),
    readQuestion,
    refuseByMethod,
    persistedDocuments: { kept: keepInMemory(), trust: undefined },
    formatError: (error) => error,
    shareWork: true,
    showPlans: false,
    reportCost: undefined,
    stop: planner.stop,
  });
  return {
    async run({ document: query, operationName, variables }): Promise<Outcome> {
      world = createWorld(example.root, example.things);
      const { body } = await engine.answer({
        id: "a request",
        method: "POST",
        headers: {},
        search: "",
        body: { query, operationName, variables },
        viewer: anonymous,
      });
      return JSON.parse(String(body)) as Outcome;
    },
    stop: () => engine.stop(),
  };
}
