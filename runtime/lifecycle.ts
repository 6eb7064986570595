import type { Log } from "./log.ts";

/** Something that is created by its constructor function, then started, then stopped, once each. */
export interface Part {
  readonly name: string;
  start(): Promise<void>;
  stop(): Promise<void>;
}

export type State =
  | { readonly phase: "created" }
  | { readonly phase: "starting" }
  | { readonly phase: "started" }
  | { readonly phase: "stopping"; readonly done: Promise<void> }
  | { readonly phase: "stopped" }
  | { readonly phase: "failed"; readonly error: unknown };

export interface Lifecycle extends Part {
  state(): State;
}

/** Starts parts in order and stops them in reverse. A part that fails to start takes down those before it. */
export function createLifecycle(name: string, parts: readonly Part[], log: Log): Lifecycle {
  let state: State = { phase: "created" };
  const running: Part[] = [];

  async function start(): Promise<void> {
    if (state.phase !== "created") throw new Error(`${name} was started before`);
    state = { phase: "starting" };
    try {
      for (const part of parts) {
        await part.start();
        running.push(part);
      }
      state = { phase: "started" };
    } catch (error) {
      await stopAll();
      state = { phase: "failed", error };
      throw error;
    }
  }

  async function stop(): Promise<void> {
    if (state.phase === "stopping") return state.done;
    if (state.phase !== "started") return;
    const done = stopAll();
    state = { phase: "stopping", done };
    await done;
    state = { phase: "stopped" };
  }

  async function stopAll(): Promise<void> {
    for (const part of running.splice(0).reverse()) {
      try {
        await part.stop();
      } catch (error) {
        log.error({ err: error, part: part.name }, "a part did not stop cleanly");
      }
    }
  }

  return { name, start, stop, state: () => state };
}
