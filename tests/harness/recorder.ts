import type { Statement } from "../../subgraphs/kit/database.ts";

export interface Recorded extends Statement {
  readonly subgraph: string;
}

/** Writes down every SQL statement that the subgraphs send, but for those on the outbox alone: a relay looks into it when it likes. */
export interface Recorder {
  hear(subgraph: string): (statement: Statement) => void;
  /** The statements of what `work` does, in order. */
  during(work: () => Promise<unknown>): Promise<readonly Recorded[]>;
}

export function createRecorder(): Recorder {
  let recorded: Recorded[] = [];
  return {
    hear: (subgraph) => (statement) => {
      if (/\boutbox\b/.test(statement.text) && !isWriteToo(statement)) return;
      recorded.push({ subgraph, ...statement });
    },
    async during(work) {
      recorded = [];
      await work();
      return recorded;
    },
  };
}

/** Whether it changes what it announces. */
function isWriteToo({ text }: Statement): boolean {
  return /\bUPDATE (?!outbox\b|OF\b)/.test(text);
}
