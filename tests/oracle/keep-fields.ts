import { Kind, parse, print, visit } from "graphql";
import type { Example } from "./example.ts";

const link = `extend schema
  @link(url: "https://cache.test/cache/v1.0", import: ["@cacheControl"])
  @composeDirective(name: "@cacheControl")
directive @cacheControl(maxAge: Int, scope: cache__CacheControlScope, inheritMaxAge: Boolean) on FIELD_DEFINITION
enum cache__CacheControlScope { PUBLIC PRIVATE }
`;

/** An example of which everything may be kept, by time alone. */
export function withKeptFields(example: Example): Example {
  const subgraphs = Object.entries(example.subgraphs).map(([name, sdl]) => [
    name,
    link + withDirective(sdl),
  ]);
  return { ...example, subgraphs: Object.fromEntries(subgraphs) };
}

function withDirective(sdl: string): string {
  const [type] = parse("type T { f: Int @cacheControl(maxAge: 600, scope: PUBLIC) }").definitions;
  const fields = type?.kind === Kind.OBJECT_TYPE_DEFINITION ? type.fields : [];
  const kept = fields?.[0]?.directives?.[0];
  if (kept === undefined) throw new Error("no directive");
  return print(
    visit(parse(sdl), {
      FieldDefinition: (node) => ({ ...node, directives: [...(node.directives ?? []), kept] }),
    }),
  );
}
