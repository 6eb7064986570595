import { Pool } from "undici";

/** One request of a workload and what its answer must fulfil. */
export interface Shot {
  readonly body: string;
  /** Throws when the answer is not the expected one. */
  readonly check: (answer: string) => void;
}

export interface LoadOptions {
  /** Origin and path, `http://127.0.0.1:4000/graphql`. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Requests in flight at any time. */
  readonly connections: number;
  readonly requests: number;
  readonly next: (index: number) => Shot;
}

export interface LoadResult {
  readonly requests: number;
  readonly seconds: number;
  readonly perSecond: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
}

/** Keeps a fixed number of requests in flight until all are answered; the first wrong answer ends it with an error. */
export async function load(options: LoadOptions): Promise<LoadResult> {
  const { connections, headers, next, requests } = options;
  const { origin, pathname } = new URL(options.url);
  const pool = new Pool(origin, { connections, pipelining: 1 });
  const times: number[] = [];
  let sent = 0;

  async function worker(): Promise<void> {
    while (sent < requests) {
      const shot = next(sent++);
      const started = performance.now();
      const answer = await pool.request({
        path: pathname,
        method: "POST",
        headers: { "content-type": "application/json", ...headers },
        body: shot.body,
      });
      const text = await answer.body.text();
      times.push(performance.now() - started);
      if (answer.statusCode !== 200)
        throw new Error(`status ${answer.statusCode}: ${text.slice(0, 500)}`);
      shot.check(text);
    }
  }

  const started = performance.now();
  try {
    await Promise.all(Array.from({ length: connections }, worker));
  } finally {
    await pool.destroy();
  }
  const seconds = (performance.now() - started) / 1000;
  times.sort((one, other) => one - other);
  return {
    requests,
    seconds,
    perSecond: requests / seconds,
    p50: percentile(times, 0.5),
    p99: percentile(times, 0.99),
  };
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  const upper = percentile(sorted, 0.5);
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[sorted.length / 2 - 1] ?? upper)) / 2;
}

export function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
