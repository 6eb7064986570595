import type { Statement } from "../../subgraphs/kit/database.ts";

export interface Recorded extends Statement {
  readonly subgraph: string;
}

/** Writes down every SQL statement that the subgraphs send. */
export interface Recorder {
  hear(subgraph: string): (statement: Statement) => void;
  /** The statements of what `work` does, in order. */
  during(work: () => Promise<unknown>): Promise<readonly Recorded[]>;
}

export function createRecorder(): Recorder {
  let recorded: Recorded[] = [];
  return {
    hear: (subgraph) => (statement) => {
      recorded.push({ subgraph, ...statement });
    },
    async during(work) {
      recorded = [];
      await work();
      return recorded;
    },
  };
}
