const tables: Readonly<Record<string, string>> = {
  u: "users",
  t: "todos",
  l: "lists",
  m: "list_members",
};

/**
 * The columns that a statement of a store gives back, as `table.column`. The stores alias their tables with one letter and name
 * each column that they give with `AS "field"`; one that is read of the viewer's own row only says so, a computed field stands in
 * brackets, a count as `count`.
 */
export function columnsRead(statement: string): readonly string[] {
  const given = [...statement.matchAll(/(?:\b([utlm])\.([a-z_]+)( END)?|\))\s+AS "(\w+)"/g)].map(
    ([, alias, column, own, field]) => {
      if (alias === undefined) return `(${field})`;
      return `${tables[alias]}.${column}${own === undefined ? "" : " (own row)"}`;
    },
  );
  const counts = /count\(\*\)/.test(statement) && given.length === 0 ? ["count"] : [];
  return [...new Set([...given, ...counts])].sort();
}
