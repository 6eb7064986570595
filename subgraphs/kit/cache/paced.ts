export interface Pace {
  /** Milliseconds between two rounds. */
  readonly pause: number;
  /** So many go at once, whenever they are there. */
  readonly most: number;
}

/** Does work for many together: for the first who come at once, and for those who come within the pause after it when that is over. */
export function createPaced<One>(
  work: (some: readonly One[]) => void,
  { most, pause }: Pace,
): (some: readonly One[]) => void {
  let waiting: One[] = [];
  let timer: NodeJS.Timeout | undefined;

  function flush(): void {
    clearTimeout(timer);
    timer = undefined;
    if (waiting.length === 0) return;
    const all = waiting;
    waiting = [];
    timer = setTimeout(flush, pause).unref();
    work(all);
  }

  return (some) => {
    for (const one of some) waiting.push(one);
    if (timer === undefined || waiting.length >= most) flush();
  };
}
