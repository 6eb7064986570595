import { fork } from "node:child_process";
import { constants, setPriority } from "node:os";
import type { OperationSource } from "./compile.ts";
import { cpuTimeOf } from "./cpu-time.ts";
import type { FromPlanner, ToPlanner } from "./planner-messages.ts";

/** A document may wait for CPU this many times as long as it may use it. */
const patience = 10;
/** Characters of standard error that are kept to say why a process ended. */
const lastWords = 2_000;

export interface PlannerChildOptions {
  /** The compiled file that the process runs; it calls `serveCompiler`. */
  readonly entry: string;
  readonly supergraphSdl: string;
  readonly compilerOptions: unknown;
  /** Milliseconds of CPU that one document may use; of the clock where CPU cannot be read. */
  readonly timeoutMs: number;
  /** MiB of heap at which it ends by itself. */
  readonly memoryMb: number;
  readonly priorityKept: (error: unknown) => void;
}

type Loaded = Extract<FromPlanner, { kind: "loaded" }>;
type Result = Extract<FromPlanner, { kind: "compiled" }>;

/** How a document came back, or why it did not. */
export type Outcome =
  | Result
  /** It used more than `timeoutMs`. */
  | { readonly kind: "too long" }
  /** The system gave it no CPU to speak of. */
  | { readonly kind: "starved" }
  /** The process ended by itself, or was ended by someone else. */
  | { readonly kind: "gone"; readonly reason: string };

/** One process with one supergraph, which compiles one document after the other. */
export interface PlannerChild {
  /** @throws what the compiler has against the supergraph, or why the process ended before it was loaded */
  loaded(): Promise<Loaded>;
  compile(source: OperationSource): Promise<Outcome>;
  /** Why it ended, once it has. */
  gone(): Promise<string>;
  kill(): Promise<void>;
}

export function forkPlanner(options: PlannerChildOptions): PlannerChild {
  const child = fork(options.entry, {
    // The planner needs no secret, and what the parent's debugger or loader was told is not for it.
    env: { NODE_ENV: "production", APOLLO_TELEMETRY_DISABLED: "1" },
    execArgv: [
      `--max-old-space-size=${options.memoryMb}`,
      // MiB. Node 24 takes more by itself: 100 MB more of resident memory, and nothing is planned faster.
      "--max-semi-space-size=16",
    ],
    serialization: "advanced",
    stdio: ["ignore", "ignore", "pipe", "ipc"],
  });
  lowerPriority(child.pid, options.priorityKept);

  let words = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    words = (words + text).slice(-lastWords);
  });
  let hear: (message: FromPlanner) => void = () => {};
  child.on("message", (message) => hear(message as FromPlanner));
  const gone = new Promise<string>((resolve) => {
    child.on("error", (error) => resolve(error.message));
    child.once("close", (code, signal) => {
      resolve(
        `it ended with ${signal ?? `code ${code}`}${words === "" ? "" : `: ${words.trim()}`}`,
      );
    });
  });

  let ended: string | undefined;
  let leave: (reason: string) => void = () => {};
  gone.then((reason) => {
    ended = reason;
    leave(reason);
  });

  const loaded = new Promise<Loaded>((resolve, reject) => {
    hear = (message) => {
      if (message.kind === "loaded") resolve(message);
      else if (message.kind === "unloadable") reject(new Error(message.reason));
    };
    leave = (reason) => reject(new Error(`the planner's process did not start: ${reason}`));
  });
  // Whoever kills it before it has loaded may not have asked.
  loaded.catch(() => {});

  function send(message: ToPlanner): void {
    // A process that is gone says so by itself.
    child.send(message, () => {});
  }

  send({
    kind: "load",
    supergraphSdl: options.supergraphSdl,
    options: options.compilerOptions,
    givesUpAfter: options.timeoutMs * patience * 2,
  });

  return {
    loaded: () => loaded,
    gone: () => gone,
    compile(source) {
      return new Promise<Outcome>((resolve) => {
        const stopWatch = watchTime(child.pid, options.timeoutMs, (kind) => settle({ kind }));
        const settle = (outcome: Outcome): void => {
          stopWatch();
          hear = () => {};
          leave = () => {};
          resolve(outcome);
        };
        hear = (message) => {
          if (message.kind === "compiled") settle(message);
        };
        leave = (reason) => settle({ kind: "gone", reason });
        if (ended === undefined) send({ kind: "compile", source });
        else leave(ended);
      });
    },
    async kill() {
      child.kill("SIGKILL");
      await gone;
    },
  };
}

/**
 * At once, before the process makes threads: on Linux a priority is a thread's, and those made later inherit it. At the
 * lowest one, planning takes only what requests leave.
 */
function lowerPriority(pid: number | undefined, priorityKept: (error: unknown) => void): void {
  if (pid === undefined) return;
  try {
    setPriority(pid, constants.priority.PRIORITY_LOW);
  } catch (error) {
    priorityKept(error);
  }
}

/**
 * Says when a document takes too long. By CPU where it can be read: beside busy neighbours, a process of low priority may get
 * none for seconds, and no document is to blame for that.
 * @returns ends the watch
 */
function watchTime(
  pid: number | undefined,
  limit: number,
  end: (kind: "too long" | "starved") => void,
): () => void {
  const cpuTime = (): number | undefined => (pid === undefined ? undefined : cpuTimeOf(pid));
  const before = cpuTime();
  const started = performance.now();
  let over = false;
  let timer = setTimeout(look, limit);

  function look(): void {
    // A result that has arrived while this thread was busy is read before the next turn's timers.
    setImmediate(() => {
      if (over) return;
      const now = cpuTime();
      const used = now === undefined || before === undefined ? limit : now - before;
      if (used >= limit) end("too long");
      else if (performance.now() - started >= limit * patience) end("starved");
      else timer = setTimeout(look, Math.max(limit - used, limit / 10));
    });
  }

  return () => {
    over = true;
    clearTimeout(timer);
  };
}
