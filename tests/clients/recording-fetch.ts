/** What a client sent and got. */
export interface Recorded {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
  readonly status: number;
  /** The media type of the answer. */
  readonly type: string;
}

/** `fetch` for a client, and what it was called with. */
export function createRecordingFetch(): {
  readonly fetch: typeof fetch;
  readonly seen: Recorded[];
} {
  const seen: Recorded[] = [];
  return {
    seen,
    async fetch(input, init) {
      const response = await fetch(input, init);
      const url = new URL(input instanceof Request ? input.url : input);
      seen.push({
        method: init?.method ?? "GET",
        url,
        headers: Object.fromEntries(new Headers(init?.headers)),
        body: typeof init?.body === "string" ? init.body : undefined,
        status: response.status,
        type: (response.headers.get("content-type") ?? "").split(";")[0] ?? "",
      });
      return response;
    },
  };
}
