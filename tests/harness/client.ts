/** What a GraphQL server answers, as a test reads it. */
export interface Answer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: a test asserts on the shape that its own document selects
  readonly data?: any;
  readonly errors?: readonly AnswerError[];
  readonly extensions?: Readonly<Record<string, unknown>>;
}

export interface AnswerError {
  readonly message: string;
  readonly path?: readonly (string | number)[];
  readonly extensions: Readonly<Record<string, unknown>> & { readonly code: string };
}

export interface Client {
  readonly url: string;
  readonly token: string | undefined;
  send(
    document: string,
    variables?: unknown,
    headers?: Readonly<Record<string, string>>,
  ): Promise<Answer>;
  /** `send` for operations that must succeed: the data alone, or an error that shows what went wrong. */
  // biome-ignore lint/suspicious/noExplicitAny: as `Answer.data`
  data(document: string, variables?: unknown): Promise<any>;
  /** `send` for operations that must fail: `CODE path.to.field` of each error. */
  codes(document: string, variables?: unknown): Promise<readonly string[]>;
}

export function createClient(url: string, token?: string): Client {
  async function send(
    document: string,
    variables: unknown = {},
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Answer> {
    const response = await fetch(url, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...headers,
      },
      body: JSON.stringify({ query: document, variables }),
    });
    return { status: response.status, ...((await response.json()) as Omit<Answer, "status">) };
  }

  return {
    url,
    token,
    send,
    data: async (document, variables) => dataOf(await send(document, variables)),
    codes: async (document, variables) => codesOf(await send(document, variables)),
  };
}

/** What an operation that must succeed gave. */
// biome-ignore lint/suspicious/noExplicitAny: as `Answer.data`
export function dataOf({ data, errors }: Answer): any {
  if (errors !== undefined) throw new Error(JSON.stringify(errors, null, 2));
  return data;
}

/** `CODE path.to.field` of each error of an operation that must fail. */
export function codesOf({ errors = [] }: Answer): readonly string[] {
  return errors.map(({ extensions, path }) =>
    [extensions.code, path?.join(".")].filter(Boolean).join(" "),
  );
}
