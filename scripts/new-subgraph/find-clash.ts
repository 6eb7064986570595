import { Kind, parse } from "graphql";

/** Types that subgraphs share: each adds fields of its own, or says the same of them. */
const shared = new Set([
  ...["Query", "Mutation", "Subscription", "User", "DateTime", "PageInfo"],
  "cache__CacheControlScope",
]);

/** A type or root field that a new schema has and an earlier one has too, such as `a type Todo`. */
export function findClash(
  sdl: string,
  others: readonly { readonly name: string; readonly sdl: string }[],
): string | undefined {
  const wanted = new Set(namesIn(sdl));
  for (const other of others) {
    const taken = namesIn(other.sdl).find((name) => wanted.has(name));
    if (taken !== undefined) return `${taken} (in ${other.name})`;
  }
  return undefined;
}

function namesIn(sdl: string): readonly string[] {
  return parse(sdl).definitions.flatMap((node) => {
    if (node.kind === Kind.DIRECTIVE_DEFINITION) return [];
    if (!("name" in node) || node.name === undefined) return [];
    const type = node.name.value;
    if (!shared.has(type)) return [`a type ${type}`];
    if (type === "User" || type === "PageInfo" || !("fields" in node)) return [];
    return (node.fields ?? []).map(({ name }) => `a field ${type}.${name.value}`);
  });
}
