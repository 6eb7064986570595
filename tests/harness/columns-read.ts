const tables: Readonly<Record<string, string>> = {
  u: "users",
  t: "todos",
  l: "lists",
  m: "list_members",
};

/**
 * The columns that a statement of a store gives back, as `table.column`. The stores alias their tables with one letter and name
 * each column that they give with `AS "field"`; a computed field is shown by its own name, a count as `count`.
 */
export function columnsRead(statement: string): readonly string[] {
  const given = [...statement.matchAll(/(?:\b([utlm])\.([a-z_]+)|(\)|END))\s+AS "(\w+)"/g)].map(
    ([, alias, column, , field]) =>
      alias === undefined ? `(${field})` : `${tables[alias]}.${column}`,
  );
  const counts = /count\(\*\)/.test(statement) && given.length === 0 ? ["count"] : [];
  return [...new Set([...given, ...counts])].sort();
}
