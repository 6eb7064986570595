import { HISTORY_PLUGIN } from "@graphiql/plugin-history";
import type { GraphiQLPlugin } from "@graphiql/react";
import { GraphiQL } from "graphiql";
import type { GraphQLSchema } from "graphql";
import { type ReactNode, useMemo, useState } from "react";
import { ExamplesPanel } from "./examples-panel.tsx";
import { createFetcher } from "./fetcher.ts";
import { FirstExample } from "./first-example.tsx";
import { KeyIcon, ListIcon } from "./icons.tsx";
import { signInWays } from "./sign-in.ts";
import { SignInPanel } from "./sign-in-panel.tsx";
import { TokenKeeper } from "./token-keeper.tsx";
import { ViewerName } from "./viewer-name.tsx";

const examples: GraphiQLPlugin = { title: "Examples", icon: ListIcon, content: ExamplesPanel };
const signIn: GraphiQLPlugin = { title: "Sign in", icon: KeyIcon, content: SignInPanel };
const fetcher = createFetcher();

/** GraphiQL with example operations and, where the schema knows it, a sign-in box. Nothing outlives the browser's tab. */
export function Explorer(): ReactNode {
  const [canSignIn, setCanSignIn] = useState(false);
  const [visible, setVisible] = useState(examples.title);
  const plugins = useMemo(
    () => [examples, HISTORY_PLUGIN, ...(canSignIn ? [signIn] : [])],
    [canSignIn],
  );
  return (
    <GraphiQL
      fetcher={fetcher}
      storage={sessionStorage}
      shouldPersistHeaders
      showPersistHeadersSettings={false}
      defaultQuery=""
      defaultEditorToolsVisibility="variables"
      inputValueDeprecation
      schemaDescription
      plugins={plugins}
      visiblePlugin={visible}
      onTogglePluginVisibility={(plugin) => setVisible(plugin?.title ?? "")}
      onSchemaChange={(schema: GraphQLSchema) => setCanSignIn(signInWays(schema) !== undefined)}
    >
      <GraphiQL.Logo>
        {canSignIn && <ViewerName open={() => setVisible(signIn.title)} />}
        <a className="explorer-link" href="/sandbox">
          Apollo Sandbox
        </a>
        <FirstExample />
        <TokenKeeper />
      </GraphiQL.Logo>
    </GraphiQL>
  );
}
