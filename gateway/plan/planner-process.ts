import { failure } from "../../runtime/errors.ts";
import type { ClientView } from "./client-view.ts";
import type { OperationSource } from "./compile.ts";
import type { Planned, Planner, PlannerWatch } from "./planner.ts";
import {
  forkPlanner,
  type Outcome,
  type PlannerChild,
  type PlannerChildOptions,
} from "./planner-child.ts";

/** Documents that may wait, and characters of them together. */
const mostWaiting = 1_000;
const mostCharacters = 32 * 1024 * 1024;
/** Milliseconds before a process that ended by itself is started again: at first, and at most. */
const backoff = { first: 100, most: 5_000 };
/** A process that could not be started this many times in a row keeps nobody waiting. */
const hopeless = 3;
/** Milliseconds without a document after which a process that has grown is started anew. */
const usualRest = 5 * 60_000;
/**
 * Bytes by which it must have grown. Some 40 MiB are what any process has taken after a few hundred documents, and the next
 * ones would take them again.
 */
const growthAtRest = 48 * 1024 * 1024;

export interface PlannerProcessOptions extends Omit<PlannerChildOptions, "priorityKept"> {
  readonly watch: PlannerWatch;
  /** Milliseconds without a document after which a process gives its memory back: five minutes if not said. */
  readonly restAfter?: number;
}

interface Job {
  readonly source: OperationSource;
  /** Whether a process has ended under it. */
  tried: boolean;
  resolve(planned: Planned): void;
  reject(error: Error): void;
}

/** A process that has loaded the supergraph, and resident bytes beyond which it is started anew. */
interface Loaded {
  readonly child: PlannerChild;
  readonly most: number;
  /** When nobody has asked it for a while. */
  readonly mostAtRest: number;
}

type State =
  | { readonly phase: "created" | "stopped" }
  | { readonly phase: "down"; readonly timer: NodeJS.Timeout }
  | { readonly phase: "loading"; readonly child: PlannerChild }
  | (Loaded & { readonly phase: "idle"; readonly timer: NodeJS.Timeout | undefined })
  | (Loaded & { readonly phase: "busy" });

/**
 * Plans in a process of low priority, so that a large cold document delays no warm one, and one that takes too long or too
 * much memory is ended with it. Each supergraph has a process of its own: what one of them does to its process is nothing to the
 * requests of the other, and when the last request of the old one has ended, its memory goes back with the process.
 */
export function createPlannerProcess(options: PlannerProcessOptions): Planner {
  const { memoryMb, restAfter = usualRest, watch } = options;
  let state: State = { phase: "created" };
  const waiting: Job[] = [];
  let characters = 0;
  /** Ends in a row that nobody here had ordered. */
  let crashes = 0;

  /** @throws what the compiler has against the supergraph, or why the process ended before it was loaded */
  async function launch(): Promise<ClientView> {
    const started = performance.now();
    const child = forkPlanner({ ...options, priorityKept: watch.priorityKept });
    state = { phase: "loading", child };
    const { memory, view } = await child.loaded();
    if (state.phase !== "loading" || state.child !== child) return view;
    watch.started(performance.now() - started);
    // One that is large from the start must not be replaced after each document.
    const most = Math.max(memoryMb * 1024 * 1024, memory * 1.5);
    rest({ child, most, mostAtRest: memory + growthAtRest }, memory);
    child.gone().then((reason) => {
      if (state.phase === "idle" && state.child === child) relaunchLater(reason);
    });
    next();
    return view;
  }

  function relaunch(): void {
    launch().catch((error: Error) => {
      if (state.phase === "stopped") return;
      if (crashes >= hopeless) {
        drop(failure("OVERLOADED", "The planner cannot be started: try again in a moment."));
      }
      relaunchLater(error.message);
    });
  }

  function relaunchLater(reason: string): void {
    watch.restarted(reason);
    const delay = Math.min(backoff.first * 2 ** crashes, backoff.most);
    crashes += 1;
    state = { phase: "down", timer: setTimeout(relaunch, delay) };
  }

  function replace(child: PlannerChild, reason: string): void {
    watch.restarted(reason);
    void child.kill();
    relaunch();
  }

  /** One that has grown gives its memory back when it is not needed; who comes meanwhile waits for the new one. */
  function rest(loaded: Loaded, memory: number): void {
    const { child, mostAtRest } = loaded;
    const timer = memory > mostAtRest ? setTimeout(renew, restAfter, child).unref() : undefined;
    state = { ...loaded, phase: "idle", timer };
  }

  /** Nobody hears of it: nothing is wrong. */
  function renew(child: PlannerChild): void {
    if (state.phase !== "idle" || state.child !== child) return;
    void child.kill();
    relaunch();
  }

  function next(): void {
    if (state.phase !== "idle") return;
    const job = waiting.shift();
    if (job === undefined) return;
    characters -= job.source.document.length;
    watch.waiting(waiting.length);
    const loaded = state;
    const { child, timer } = loaded;
    clearTimeout(timer);
    state = { ...loaded, phase: "busy" };
    child.compile(job.source).then((outcome) => {
      if (state.phase === "busy" && state.child === child) settle(job, outcome, loaded);
      else job.reject(failure("NOT_READY"));
    });
  }

  function settle(job: Job, outcome: Outcome, loaded: Loaded): void {
    const { child } = loaded;
    switch (outcome.kind) {
      case "compiled": {
        crashes = 0;
        watch.planned(outcome.milliseconds);
        if (outcome.fault !== undefined) watch.failed(new Error(outcome.fault));
        job.resolve(outcome.planned);
        if (outcome.memory > loaded.most) replace(child, "it has grown too large");
        else rest(loaded, outcome.memory);
        next();
        break;
      }
      case "too long":
        job.resolve(refuse(`more than ${options.timeoutMs} ms to plan it`));
        replace(child, "a document took too long");
        break;
      case "starved":
        job.reject(failure("OVERLOADED"));
        replace(child, "it was given no time to plan");
        break;
      case "gone":
        if (job.tried) job.resolve(refuse("more than the planner can bear"));
        else wait({ ...job, tried: true }, "first");
        relaunchLater(outcome.reason);
        break;
    }
  }

  function wait(job: Job, place: "first" | "last"): void {
    if (place === "first") waiting.unshift(job);
    else waiting.push(job);
    characters += job.source.document.length;
    watch.waiting(waiting.length);
  }

  function drop(error: Error): void {
    characters = 0;
    for (const job of waiting.splice(0)) job.reject(error);
    watch.waiting(0);
  }

  async function stop(): Promise<void> {
    const last = state;
    state = { phase: "stopped" };
    drop(failure("NOT_READY"));
    if ("timer" in last) clearTimeout(last.timer);
    if ("child" in last) await last.child.kill();
  }

  return {
    async start() {
      try {
        return await launch();
      } catch (error) {
        await stop();
        throw error;
      }
    },
    compile(source) {
      if (state.phase === "stopped") return Promise.reject(failure("NOT_READY"));
      const full =
        waiting.length >= mostWaiting || characters + source.document.length > mostCharacters;
      if (full) return Promise.reject(failure("OVERLOADED"));
      return new Promise((resolve, reject) => {
        wait({ source, tried: false, resolve, reject }, "last");
        next();
      });
    },
    stop,
  };
}

function refuse(tooMuch: string): Planned {
  const sentence = `The operation takes ${tooMuch}.`;
  const error = failure("OPERATION_TOO_COMPLEX", sentence, { limit: "planning" });
  return { kind: "refused", errors: [error.toJSON()], characters: sentence.length };
}
