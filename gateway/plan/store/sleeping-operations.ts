import type { OperationSource } from "../compile.ts";
import type { PlannedProgram } from "../planner.ts";
import type { Program } from "../program.ts";
import { readProgram } from "../program-text.ts";
import { type BoundedOperations, createBoundedOperations } from "./bounded-operations.ts";
import { bytesOfSource, bytesOfText } from "./operation-bytes.ts";

/** An operation that has run once, as the text of its program. */
interface Asleep<Awake> {
  readonly source: OperationSource;
  readonly planned: PlannedProgram;
  readonly bytes: number;
  /** While its second use waits for a long text to be read. */
  waking: Promise<Awake> | undefined;
}

/**
 * Operations that ran once, as text: objects by the thousand that live for a while, and then die, make a heap several times
 * as large as what is in it.
 */
export interface SleepingOperations<Awake>
  extends Pick<BoundedOperations<Asleep<Awake>>, "all" | "bytes" | "find"> {
  add(source: OperationSource, planned: PlannedProgram): void;
  /** Reads it for all who ask while it is read, and lets go of it. At once when it is short. */
  wake(asleep: Asleep<Awake>): Awake | Promise<Awake>;
}

/** @param awaken what becomes of one that is used again */
export function createSleepingOperations<Awake>(
  bytes: number,
  awaken: (source: OperationSource, planned: PlannedProgram, program: Program) => Awake,
): SleepingOperations<Awake> {
  const texts = createBoundedOperations<Asleep<Awake>>(bytes);

  function leave(asleep: Asleep<Awake>, program: Program): Awake {
    const awake = awaken(asleep.source, asleep.planned, program);
    texts.remove(asleep);
    return awake;
  }

  return {
    ...texts,
    add(source, planned) {
      const size = bytesOfSource(source) + bytesOfText(planned);
      texts.add({ source, planned, bytes: size, waking: undefined });
    },
    wake(asleep) {
      if (asleep.waking !== undefined) return asleep.waking;
      const program = readProgram(asleep.planned.parts);
      if (!(program instanceof Promise)) return leave(asleep, program);
      asleep.waking = program.then((read) => leave(asleep, read));
      return asleep.waking;
    },
  };
}
