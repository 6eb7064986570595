import { parseWithoutTraps } from "../upstream/parse-without-traps.ts";
import type { SubgraphAnswer } from "../upstream/send.ts";

type Data = SubgraphAnswer["data"];

/**
 * The data of an answer as the JSON that it came in, until somebody asks for it: most of what is kept nobody asks for again, and to the
 * garbage collector a text is one thing where its data are hundreds.
 */
export class KeptData {
  readonly #query: string;
  #text: string | undefined;
  #data: Data = null;

  /**
   * @param text of the whole answer
   * @param query to which it is one
   */
  constructor(text: string, query: string) {
    this.#text = text;
    this.#query = query;
  }

  /** Shared by all who ask: nobody may change it. */
  read(): Data {
    if (this.#text !== undefined) {
      const answer = parseWithoutTraps(this.#text, this.#query) as { readonly data: Data };
      this.#data = answer.data;
      this.#text = undefined;
    }
    return this.#data;
  }
}
