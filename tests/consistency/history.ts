import type { Estate } from "./estate.ts";

/** All that an estate has been, in the order of its writes: one at a time is under way. */
export interface History {
  /** What it will be when the write under way is done. */
  latest(): Estate;
  /** The number of the last state whose write was answered: who asks now must see it or a later one. */
  answered(): number;
  /** The number of the last state that was sent. */
  sent(): number;
  at(number: number): Estate;
  /** A write is on its way that leads to this state. */
  send(next: Estate): void;
  /** The write under way was answered. */
  answer(): void;
  /** A read that ended at this moment, in milliseconds, has shown that it was at least in this state. */
  shown(number: number, ended: number): void;
  /** When a read first showed that it was at least in this state, or its write was answered. */
  shownAt(number: number): number | undefined;
}

export function createHistory(first: Estate): History {
  const states = [first];
  const shown: number[] = [];
  let answered = 0;
  let shownUpTo = -1;

  function show(number: number, ended: number): void {
    for (; shownUpTo < number; ) shown[++shownUpTo] = ended;
  }

  return {
    latest: () => states.at(-1) as Estate,
    answered: () => answered,
    sent: () => states.length - 1,
    at: (number) => states[number] as Estate,
    send: (next) => void states.push(next),
    answer() {
      answered = states.length - 1;
      show(answered, performance.now());
    },
    shown: show,
    shownAt: (number) => shown[number],
  };
}
