import { useGraphiQL } from "@graphiql/react";
import { type ReactNode, useEffect } from "react";
import { useExamples } from "./use-examples.ts";

/** Whoever comes for the first time finds an operation that runs. */
export function FirstExample(): ReactNode {
  const [first] = useExamples();
  const { queryEditor, tabs } = useGraphiQL((state) => ({
    queryEditor: state.queryEditor,
    tabs: state.tabs.length,
  }));
  // biome-ignore lint/correctness/useExhaustiveDependencies: an editor that is emptied later on stays empty
  useEffect(() => {
    if (tabs === 1 && queryEditor?.getValue() === "" && first) queryEditor.setValue(first.document);
  }, [queryEditor, first]);
  return null;
}
