import { Button, useGraphiQL } from "@graphiql/react";
import { type FormEvent, type ReactNode, useState } from "react";
import { withToken } from "./authorization.ts";
import { useSession } from "./session-provider.tsx";
import { showTool } from "./show-tool.ts";
import { endSession, openSession, type Session, type SignInWays, signInWays } from "./sign-in.ts";

export function SignInPanel(): ReactNode {
  const { session } = useSession();
  const schema = useGraphiQL((state) => state.schema);
  const ways = schema ? signInWays(schema) : undefined;
  return (
    <section className="explorer-panel" aria-label="Sign in">
      <h2>{session === undefined ? "Sign in" : "Signed in"}</h2>
      {ways &&
        (session === undefined ? (
          <SignInForm ways={ways} />
        ) : (
          <SignedIn ways={ways} session={session} />
        ))}
    </section>
  );
}

function SignInForm({ ways }: { readonly ways: SignInWays }): ReactNode {
  const { setSession } = useSession();
  const headerEditor = useGraphiQL((state) => state.headerEditor);
  const [problem, setProblem] = useState<string>();
  const [busy, setBusy] = useState(false);

  async function submit(event: FormEvent<HTMLFormElement>): Promise<void> {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const given = (name: string): string => String(form.get(name) ?? "");
    setBusy(true);
    setProblem(undefined);
    try {
      const email = given("email");
      const session = await openSession(ways.signIn, { email, password: given("password") });
      const headers = withToken(headerEditor?.getValue() ?? "", session.accessToken);
      if (headers === undefined) throw new Error("The headers are not a JSON object: mend them.");
      headerEditor?.setValue(headers);
      showTool("headers");
      setSession(session);
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
      setBusy(false);
    }
  }

  return (
    <form onSubmit={submit}>
      <label>
        E-mail address
        <input name="email" type="email" autoComplete="username" required />
      </label>
      <label>
        Password
        <input name="password" type="password" autoComplete="current-password" required />
      </label>
      {problem !== undefined && (
        <p className="explorer-problem" role="alert">
          {problem}
        </p>
      )}
      <Button type="submit" disabled={busy}>
        {busy ? "Signing in …" : "Sign in"}
      </Button>
      <p>
        The token goes into the header <code>Authorization</code> and is forgotten when this browser
        tab is closed.
      </p>
      {ways.refresh !== undefined && (
        <p>
          The demo data has <code>ada@example.com</code>, an admin, and{" "}
          <code>grace@example.com</code>, both with the password <code>correct-horse-battery</code>.
        </p>
      )}
    </form>
  );
}

interface SignedInProps {
  readonly ways: SignInWays;
  readonly session: Session;
}

function SignedIn({ session, ways }: SignedInProps): ReactNode {
  const { setSession } = useSession();
  const { expiresAt, refreshToken } = session;

  function signOut(): void {
    setSession(undefined);
    // Where the server cannot be reached, its session ends by itself.
    if (ways.signOut !== undefined && refreshToken !== undefined)
      endSession(ways.signOut, refreshToken).catch(() => {});
  }

  return (
    <>
      <p>
        As <strong>{session.user?.name ?? "somebody"}</strong>. New tabs get the token too; a tab
        whose header you take out asks as anonymous.
      </p>
      {expiresAt !== undefined && (
        <p>
          The token is good until {new Date(expiresAt).toLocaleTimeString()}
          {ways.refresh !== undefined && " and renewed in time"}.
        </p>
      )}
      <Button type="button" onClick={signOut}>
        Sign out
      </Button>
    </>
  );
}
