import { setTimeout as sleep } from "node:timers/promises";
import type { Client } from "../harness/client.ts";

/** Requests that follow each other while a test does something else. */
export interface RequestStream {
  answered(): number;
  /** What came instead of an answer that is expected. */
  lost(): readonly string[];
  stop(): Promise<void>;
}

/** Milliseconds between two requests of one document. */
const pause = 30;

/** @param expected codes of errors that an answer may have */
export function createRequestStream(
  client: Client,
  documents: readonly string[],
  expected: readonly string[] = [],
): RequestStream {
  let answered = 0;
  let stopping = false;
  const lost: string[] = [];

  async function repeat(document: string): Promise<void> {
    while (!stopping) {
      try {
        const { errors = [] } = await client.send(document);
        answered += 1;
        const wrong = errors.filter(({ extensions }) => !expected.includes(extensions.code));
        if (wrong.length > 0) lost.push(JSON.stringify(wrong));
      } catch (error) {
        lost.push(String(error));
      }
      await sleep(pause);
    }
  }

  const repeating = Promise.all(documents.map(repeat));
  return {
    answered: () => answered,
    lost: () => lost,
    async stop() {
      stopping = true;
      await repeating;
    },
  };
}
