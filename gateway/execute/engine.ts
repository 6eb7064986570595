import type { Answer, Request } from "../request.ts";

/** Runs operations against one supergraph. Another supergraph gets another engine. */
export interface Engine {
  answer(request: Request): Promise<Answer>;
  stop(): Promise<void>;
}
