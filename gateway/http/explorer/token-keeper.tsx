import { useGraphiQL } from "@graphiql/react";
import { type ReactNode, useEffect } from "react";
import { upToDate } from "./authorization.ts";
import { useSession } from "./session-provider.tsx";
import { openSession, signInWays } from "./sign-in.ts";

/** Seconds before its end that a session is prolonged. */
const ahead = 30;

/** Keeps the header editor of whichever tab is open, and the session itself, up to date. */
export function TokenKeeper(): ReactNode {
  const { session, setSession, tokens } = useSession();
  const { headerEditor, schema, tab } = useGraphiQL((state) => ({
    headerEditor: state.headerEditor,
    schema: state.schema,
    tab: state.tabs[state.activeTabIndex]?.id,
  }));

  // biome-ignore lint/correctness/useExhaustiveDependencies: another tab has other headers in the same editor
  useEffect(() => {
    if (headerEditor === undefined) return;
    const text = headerEditor.getValue();
    const wanted = upToDate(text, tokens);
    if (wanted !== text) headerEditor.setValue(wanted);
  }, [headerEditor, tab, tokens]);

  const refresh = schema ? signInWays(schema)?.refresh : undefined;
  useEffect(() => {
    if (refresh === undefined || session?.expiresAt === undefined) return;
    const { expiresAt, refreshToken } = session;
    if (refreshToken === undefined) return;
    const wait = Math.max(0, Date.parse(expiresAt) - Date.now() - ahead * 1000);
    const timer = setTimeout(() => {
      openSession(refresh, { refreshToken }).then(setSession, () => setSession(undefined));
    }, wait);
    return () => clearTimeout(timer);
  }, [refresh, session, setSession]);
  return null;
}
