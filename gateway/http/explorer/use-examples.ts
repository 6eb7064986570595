import { useGraphiQL } from "@graphiql/react";
import { useMemo } from "react";
import { type Example, examplesFor } from "./examples.ts";

/** Of the schema that is loaded; none before. */
export function useExamples(): readonly Example[] {
  const schema = useGraphiQL((state) => state.schema);
  return useMemo(() => (schema ? examplesFor(schema) : []), [schema]);
}
