import { useGraphiQL, useGraphiQLActions } from "@graphiql/react";
import { Kind, parse } from "graphql";
import type { Example } from "./examples.ts";
import { showTool } from "./show-tool.ts";

/** Puts an example into the open tab if that is empty or holds nothing but an example, and otherwise into a new one. */
export function useOpenExample(examples: readonly Example[]): (example: Example) => void {
  const { addTab, setOperationFacts } = useGraphiQLActions();
  const { queryEditor, variableEditor } = useGraphiQL((state) => ({
    queryEditor: state.queryEditor,
    variableEditor: state.variableEditor,
  }));
  return (example) => {
    const open = queryEditor?.getValue() ?? "";
    if (open.trim() !== "" && !examples.some(({ document }) => document === open)) addTab();
    queryEditor?.setValue(example.document);
    // GraphiQL reads it a moment later; run before that, it would be asked for the operation that stood there.
    const documentAST = parse(example.document);
    const [operation] = documentAST.definitions;
    if (operation?.kind === Kind.OPERATION_DEFINITION) {
      const operationName = operation.name?.value ?? "";
      setOperationFacts({ documentAST, operationName, operations: [operation] });
    }
    const { variables } = example;
    variableEditor?.setValue(variables === undefined ? "" : JSON.stringify(variables, null, 2));
    if (variables !== undefined) showTool("variables");
  };
}
