import { type Dispatcher, Pool } from "undici";
import { percentile } from "../load.ts";

/** One request, and whether bytes are its answer. */
export interface Shot {
  readonly body: string;
  /** Headers of this request alone. */
  headers?(): Readonly<Record<string, string>>;
  /** Throws when the answer is not the expected one. */
  check(answer: Buffer): void;
}

/** When no more requests are sent. */
export type Until =
  | { readonly milliseconds: number }
  | { readonly requests: number }
  | { readonly done: () => boolean };

export interface FireOptions {
  /** Origin and path. */
  readonly url: string;
  /** Requests in flight at any time. */
  readonly connections: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly until: Until;
  readonly next: () => Shot;
}

export interface FireResult {
  readonly requests: number;
  readonly milliseconds: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
  /** Of each request, from the fastest to the slowest. */
  readonly times: readonly number[];
}

/**
 * Keeps a fixed number of requests in flight for a time, for a number of requests or until told, and waits for the last
 * ones. The first wrong answer ends it with an error. Below `load` of load.ts by what bodies and promises cost: the generator must not be what is measured.
 */
export async function fire(options: FireOptions): Promise<FireResult> {
  const { connections, next, until, url } = options;
  const { origin, pathname: path } = new URL(url);
  const pool = new Pool(origin, { connections, pipelining: 1, bodyTimeout: 60_000 });
  const headers = {
    "content-type": "application/json",
    accept: "application/json",
    ...options.headers,
  };
  const times: number[] = [];
  const started = performance.now();
  let sentSoFar = 0;
  const over = (now: number): boolean => {
    if ("requests" in until) return sentSoFar >= until.requests;
    return "done" in until ? until.done() : now - started > until.milliseconds;
  };

  function send(done: () => void, failed: (error: Error) => void): void {
    const sent = performance.now();
    if (over(sent)) {
      done();
      return;
    }
    sentSoFar += 1;
    const shot = next();
    const chunks: Buffer[] = [];
    let status = 0;
    const handler: Dispatcher.DispatchHandler = {
      onRequestStart: () => {},
      onResponseStart: (_controller, statusCode) => {
        status = statusCode;
      },
      onResponseData: (_controller, chunk) => {
        chunks.push(chunk);
      },
      onResponseEnd: () => {
        times.push(performance.now() - sent);
        const answer = chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks);
        try {
          if (status !== 200) throw new Error(`status ${status}: ${answer.subarray(0, 500)}`);
          shot.check(answer);
        } catch (error) {
          failed(error as Error);
          return;
        }
        send(done, failed);
      },
      onResponseError: (_controller, error) => failed(error),
    };
    const own = shot.headers === undefined ? headers : { ...headers, ...shot.headers() };
    pool.dispatch({ path, method: "POST", headers: own, body: shot.body }, handler);
  }

  try {
    await Promise.all(Array.from({ length: connections }, () => new Promise<void>(send)));
  } finally {
    await pool.destroy();
  }
  const elapsed = performance.now() - started;
  times.sort((one, other) => one - other);
  return {
    requests: times.length,
    milliseconds: elapsed,
    p50: percentile(times, 0.5),
    p99: percentile(times, 0.99),
    times,
  };
}
