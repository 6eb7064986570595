import { useGraphiQL } from "@graphiql/react";
import type { ReactNode } from "react";
import { useOpenExample } from "./open-example.ts";
import { useExamples } from "./use-examples.ts";

export function ExamplesPanel(): ReactNode {
  const examples = useExamples();
  const openExample = useOpenExample(examples);
  const failed = useGraphiQL((state) => state.fetchError !== null);
  return (
    <section className="explorer-panel" aria-label="Examples">
      <h2>Examples</h2>
      {examples.length === 0 && (
        <p>{failed ? "The schema cannot be read." : "Reading the schema …"}</p>
      )}
      <ul>
        {examples.map((example) => (
          <li key={example.title}>
            <button type="button" onClick={() => openExample(example)}>
              <strong>
                {example.title}
                {example.signedIn && <small>signed in</small>}
              </strong>
              <span>{example.about}</span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
