/** Brings one of the two editors below the operation to the front. GraphiQL offers its own buttons alone for that. */
export function showTool(name: "variables" | "headers"): void {
  document.querySelector<HTMLButtonElement>(`.graphiql-editor-tools [data-name=${name}]`)?.click();
}
