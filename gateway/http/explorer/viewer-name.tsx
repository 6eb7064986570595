import type { ReactNode } from "react";
import { useSession } from "./session-provider.tsx";

/** Who is signed in, and the way to the sign-in box. */
export function ViewerName({ open }: { readonly open: () => void }): ReactNode {
  const { session } = useSession();
  return (
    <button type="button" className="explorer-viewer" onClick={open}>
      {session === undefined ? "Sign in" : (session.user?.name ?? "Signed in")}
    </button>
  );
}
