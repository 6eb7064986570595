import { parseWithoutTraps } from "../upstream/parse-without-traps.ts";
import type { SubgraphAnswer } from "../upstream/send.ts";

type Data = SubgraphAnswer["data"];

/**
 * The data of an answer as the bytes that it came in, until somebody asks for it: most of what is kept nobody asks for again, and these
 * lie where the garbage collector neither follows nor moves them.
 */
export class KeptData {
  readonly #query: string;
  #body: Buffer | undefined;
  #data: Data = null;

  /**
   * @param body of the whole answer, JSON
   * @param query to which it is one
   */
  constructor(body: Buffer, query: string) {
    this.#body = body;
    this.#query = query;
  }

  /** Shared by all who ask: nobody may change it. */
  read(): Data {
    if (this.#body !== undefined) {
      const answer = parseWithoutTraps(this.#body.toString(), this.#query) as {
        readonly data: Data;
      };
      this.#data = answer.data;
      this.#body = undefined;
    }
    return this.#data;
  }
}
