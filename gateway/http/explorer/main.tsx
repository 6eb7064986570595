import "graphiql/setup-workers/vite";
import "@graphiql/react/style.css";
import "@graphiql/plugin-doc-explorer/style.css";
import "@graphiql/plugin-history/style.css";
import "graphiql/graphiql.css";
import "./explorer.css";
import { createRoot } from "react-dom/client";
import { Explorer } from "./explorer.tsx";
import { SessionProvider } from "./session-provider.tsx";

const root = document.getElementById("explorer");
if (root === null) throw new Error("index.html has no #explorer");
createRoot(root).render(
  <SessionProvider>
    <Explorer />
  </SessionProvider>,
);
