/** A function as V8 tells of it; no `url`: one that is not JavaScript. */
export interface Frame {
  readonly functionName: string;
  readonly url: string;
  readonly lineNumber: number;
}

/** A file of `node --cpu-prof`. Times are microseconds of the system's monotonic clock, as `process.hrtime` has it. */
export interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: Frame;
    readonly children?: readonly number[];
  }[];
  readonly startTime: number;
  readonly samples: readonly number[];
  /** Before each sample. */
  readonly timeDeltas: readonly number[];
}

/** A function where it was called from, and its own time in microseconds. */
export interface Spent {
  readonly frame: Frame;
  /** From the function that called it outwards. */
  readonly callers: readonly Frame[];
  readonly microseconds: number;
}

/** What a process did between two times, whatever it was waiting for left out. */
export function spentBetween(profile: CpuProfile, from: number, to: number): readonly Spent[] {
  const own = new Map<number, number>();
  let now = profile.startTime;
  for (const [index, id] of profile.samples.entries()) {
    const passed = profile.timeDeltas[index] ?? 0;
    now += passed;
    if (now >= from && now <= to) own.set(id, (own.get(id) ?? 0) + passed);
  }
  const nodes = new Map(profile.nodes.map((node) => [node.id, node]));
  const callerOf = new Map(
    profile.nodes.flatMap(({ children = [], id }) => children.map((child) => [child, id] as const)),
  );
  const callersOf = (id: number): readonly Frame[] => {
    const caller = callerOf.get(id);
    const frame = caller === undefined ? undefined : nodes.get(caller)?.callFrame;
    return caller === undefined || frame === undefined ? [] : [frame, ...callersOf(caller)];
  };
  return [...own].flatMap(([id, microseconds]) => {
    const frame = nodes.get(id)?.callFrame;
    if (frame === undefined || frame.functionName === "(idle)") return [];
    return [{ frame, callers: callersOf(id), microseconds }];
  });
}
