import type { GraphQLSchema } from "graphql";
import { fits } from "./fits.ts";

/** An open session as the graph answered it. */
export interface Session {
  readonly accessToken: string;
  /** RFC 3339. */
  readonly expiresAt?: string;
  readonly refreshToken?: string;
  readonly user?: { readonly name: string } | null;
}

/** The documents by which a schema opens, prolongs and ends a session. */
export interface SignInWays {
  /** Takes `$email` and `$password`. */
  readonly signIn: string;
  /** Takes `$refreshToken`, as does `signOut`. */
  readonly refresh: string | undefined;
  readonly signOut: string | undefined;
}

const wholeSession = "{ accessToken expiresAt refreshToken user { name } }";
const tokenAlone = "{ accessToken }";

/** Undefined for a schema where nobody signs in by e-mail address and password. */
export function signInWays(schema: GraphQLSchema): SignInWays | undefined {
  const first = (head: string, bodies: readonly string[]): string | undefined =>
    bodies.map((body) => `${head} ${body} }`).find((document) => fits(schema, document));
  const signIn = first(
    "mutation SignIn($email: String!, $password: String!) { session: signIn(input: { email: $email, password: $password })",
    [wholeSession, tokenAlone],
  );
  if (signIn === undefined) return undefined;
  return {
    signIn,
    refresh: first(
      "mutation Refresh($refreshToken: String!) { session: refreshSession(refreshToken: $refreshToken)",
      [wholeSession],
    ),
    signOut: first(
      "mutation SignOut($refreshToken: String!) { signOut(refreshToken: $refreshToken)",
      ["{ __typename }", ""],
    ),
  };
}

/** @throws Error with the message of the graph's first error. */
export async function openSession(
  document: string,
  variables: Readonly<Record<string, string>>,
): Promise<Session> {
  const { data, errors } = await send<{ session?: Session | null }>(document, variables);
  if (data?.session) return data.session;
  throw new Error(errors?.[0]?.message ?? "The graph gave no session and no error.");
}

export async function endSession(document: string, refreshToken: string): Promise<void> {
  await send(document, { refreshToken });
}

interface Answer<Data> {
  readonly data?: Data | null;
  readonly errors?: readonly { readonly message: string }[];
}

async function send<Data>(
  query: string,
  variables: Readonly<Record<string, string>>,
): Promise<Answer<Data>> {
  const response = await fetch("/graphql", {
    method: "POST",
    headers: { "content-type": "application/json", accept: "application/json" },
    body: JSON.stringify({ query, variables }),
  });
  return (await response.json()) as Answer<Data>;
}
