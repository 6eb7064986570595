import type { Dispatcher } from "undici";
import { readAnswer } from "./read-answer.ts";
import type { SubgraphAnswer, SubgraphCall } from "./send.ts";
import { ConnectionLost, SubgraphFault } from "./subgraph-fault.ts";
import { writeBody } from "./write-call.ts";

/** What hears how an exchange goes. */
export interface ExchangeEvents {
  /** There is an answer or a fault. */
  settled(exchange: Exchange): void;
  /** undici has let go of it: its connection is free, or gone. */
  released(exchange: Exchange): void;
}

/**
 * One call and its answer, in the shape in which undici hands over what it reads. It settles once: by an answer, by a
 * fault, or by being given up, which is heard at once even while the connection is still being opened.
 */
export class Exchange implements Dispatcher.DispatchHandler {
  readonly call: SubgraphCall;
  readonly body: string;
  readonly #answered: (answer: SubgraphAnswer) => void;
  readonly #failed: (fault: unknown) => void;
  readonly #events: ExchangeEvents;
  readonly #chunks: Buffer[] = [];
  #controller: Dispatcher.DispatchController | undefined;
  #givenUp: SubgraphFault | undefined;
  #settled = false;
  /** 0 until the head of the answer is there. */
  #status = 0;
  #contentType = "";
  #heard: string | undefined;

  constructor(
    call: SubgraphCall,
    answered: (answer: SubgraphAnswer) => void,
    failed: (fault: unknown) => void,
    events: ExchangeEvents,
  ) {
    this.call = call;
    this.body = writeBody(call);
    this.#answered = answered;
    this.#failed = failed;
    this.#events = events;
  }

  /** Ends it for the caller now; a connection that it holds is closed, so that the subgraph sees it too. */
  giveUp(fault: SubgraphFault): void {
    this.#givenUp = fault;
    this.#fail(fault);
    this.#controller?.abort(fault);
  }

  /** May come a second time, for undici sends anew what never left. */
  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#givenUp !== undefined) controller.abort(this.#givenUp);
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: Readonly<Record<string, string | string[] | undefined>>,
  ): void {
    const type = headers["content-type"];
    const heard = headers["x-heard"];
    this.#status = status;
    this.#contentType = Array.isArray(type) ? type.join(", ") : (type ?? "");
    this.#heard = Array.isArray(heard) ? undefined : heard;
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#chunks.push(chunk);
  }

  onResponseEnd(): void {
    // First, so that the next call is under way while this answer is parsed.
    this.#events.released(this);
    if (this.#settled) return;
    const [first] = this.#chunks;
    const isWhole = first !== undefined && this.#chunks.length === 1;
    const body = isWhole ? first : Buffer.concat(this.#chunks);
    try {
      const { query } = this.call;
      const answer = readAnswer(
        { status: this.#status, contentType: this.#contentType, body },
        query,
      );
      this.#settle();
      this.#answered(this.#heard === undefined ? answer : { ...answer, heard: this.#heard });
    } catch (fault) {
      this.#fail(fault);
    }
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#events.released(this);
    this.#fail(faultOf(error, this.#status > 0));
  }

  #fail(fault: unknown): void {
    if (this.#settled) return;
    this.#settle();
    this.#failed(fault);
  }

  #settle(): void {
    this.#settled = true;
    this.#events.settled(this);
  }
}

function faultOf(error: unknown, answerBegan: boolean): SubgraphFault {
  const code = String((error as { readonly code?: unknown } | null)?.code ?? "");
  if (code === "UND_ERR_RES_EXCEEDED_MAX_SIZE") {
    return new SubgraphFault("SUBGRAPH_INVALID_RESPONSE", "its answer is too large", error);
  }
  if (/^UND_ERR_\w*TIMEOUT$/.test(code)) {
    return new SubgraphFault("SUBGRAPH_TIMEOUT", "a connection timed out", error);
  }
  if (code.startsWith("HPE_")) {
    return new SubgraphFault("SUBGRAPH_INVALID_RESPONSE", "it does not speak HTTP", error);
  }
  return lost.has(code) && !answerBegan
    ? new ConnectionLost(error)
    : new SubgraphFault("SUBGRAPH_UNAVAILABLE", "the connection failed", error);
}

/** How it looks when the other side closes or resets a connection. */
const lost: ReadonlySet<string> = new Set(["UND_ERR_SOCKET", "ECONNRESET", "EPIPE"]);
