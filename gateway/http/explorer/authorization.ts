/** What the explorer knows of the tokens that it filled in. */
export interface KnownTokens {
  /** Of the session that is open. */
  readonly current: string | undefined;
  /** Of sessions that ended or were refreshed. */
  readonly former: readonly string[];
}

/**
 * The text of a header editor with this token in it; other headers stay.
 * Undefined when the text is no JSON object, which its author has to mend first.
 */
export function withToken(text: string, token: string): string | undefined {
  const headers = parse(text);
  return headers && print({ ...without(headers), Authorization: `Bearer ${token}` });
}

/**
 * The text of a header editor brought up to date: an empty one gets the token, a former token is replaced or taken out.
 * What the user wrote themself is never touched.
 */
export function upToDate(text: string, { current, former }: KnownTokens): string {
  if (text.trim() === "") return current === undefined ? text : (withToken("", current) ?? text);
  const headers = parse(text);
  const given = headers && Object.entries(headers).find(([name]) => isAuthorization(name))?.[1];
  if (headers === undefined || !former.some((token) => given === `Bearer ${token}`)) return text;
  if (current !== undefined) return withToken(text, current) ?? text;
  const rest = without(headers);
  return Object.keys(rest).length === 0 ? "" : print(rest);
}

type Headers = Readonly<Record<string, unknown>>;

function parse(text: string): Headers | undefined {
  if (text.trim() === "") return {};
  try {
    const value: unknown = JSON.parse(text);
    const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
    return isObject ? (value as Headers) : undefined;
  } catch {
    return undefined;
  }
}

function without(headers: Headers): Headers {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !isAuthorization(name)));
}

function isAuthorization(name: string): boolean {
  return name.toLowerCase() === "authorization";
}

function print(headers: Headers): string {
  return JSON.stringify(headers, null, 2);
}
