import { AsyncLocalStorage } from "node:async_hooks";

/** A request, as far as the database has to know of it: whether anyone waits for what is asked in its name. */
export interface Call {
  /** When nobody waits for it any longer, in milliseconds of `performance.now()`. */
  readonly deadline: number;
  /** Whether who asked has gone without the answer. */
  left: boolean;
  /** Whether it has been answered: what goes on behind it is for others. */
  answered: boolean;
  /** Whether a transaction of it is committed: what belongs to it is done to the end, until another one begins. */
  committed: boolean;
}

/** Which request a statement is sent for, found by following the work for it from promise to promise. */
export interface Calls {
  /** @param call undefined: for no request, and so to the end */
  during<Result>(call: Call | undefined, work: () => Result): Result;
  /** For work that more than one request may wait for. */
  apart<Result>(work: () => Result): Result;
  current(): Call | undefined;
}

export function createCalls(): Calls {
  const storage = new AsyncLocalStorage<Call | undefined>();
  return {
    during: (call, work) => storage.run(call, work),
    apart: (work) => storage.run(undefined, work),
    current: () => storage.getStore(),
  };
}

/** @param timeout whole milliseconds as the gateway sends them, if it did */
export function openCall(timeout: string | undefined): Call {
  const milliseconds = /^\d{1,9}$/.test(timeout ?? "") ? Number(timeout) : Number.POSITIVE_INFINITY;
  const deadline = performance.now() + milliseconds;
  return { deadline, left: false, answered: false, committed: false };
}

/** Whether nothing is to be done for it any more. */
export function isOver({ answered, committed, deadline, left }: Call): boolean {
  if (answered || committed) return false;
  return left || deadline <= performance.now();
}
