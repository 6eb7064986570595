import { readdir, readFile } from "node:fs/promises";
import { join, relative } from "node:path";

/** What the template is filled with. */
export interface NewSubgraph {
  /** `reviews` */
  readonly name: string;
  readonly port: number;
}

/** Text by path from the top of the project. */
export type NewFiles = ReadonlyMap<string, string>;

/**
 * The files of a new subgraph. In the template the subgraph is called `things`, what it holds a `Thing`, and its port 4999.
 * @param template the folder with `subgraph/` and `prisma/`
 */
export async function fillTemplate(template: string, wanted: NewSubgraph): Promise<NewFiles> {
  const fill = createFill(wanted);
  const files = new Map<string, string>();
  for (const [part, folder] of [
    ["subgraph", "subgraphs"],
    ["prisma", "prisma"],
  ] as const) {
    const entries = await readdir(join(template, part), { recursive: true, withFileTypes: true });
    for (const entry of entries) {
      if (!entry.isFile()) continue;
      const path = join(entry.parentPath, entry.name);
      const place = join(folder, wanted.name, relative(join(template, part), path));
      files.set(fill(place), fill(await readFile(path, "utf8")));
    }
  }
  return files;
}

/** The entry of supergraph.yaml. */
export function supergraphEntry({ name, port }: NewSubgraph): string {
  return `  ${name}:
    routing_url: \${env.${name.toUpperCase()}_URL:-http://127.0.0.1:${port}/graphql}
    schema:
      file: ./subgraphs/${name}/schema.graphql
`;
}

/** What a subgraph of this name holds: `reviews` a `review`, `stories` a `story`; of no plural, `stock` a `stockItem`. */
export function singularOf(name: string): string {
  if (/[^aeiou]ies$/.test(name)) return name.replace(/ies$/, "y");
  if (/(s|x|z|ch|sh)es$/.test(name)) return name.replace(/es$/, "");
  return /[^su]s$/.test(name) ? name.replace(/s$/, "") : `${name}Item`;
}

function createFill({ name, port }: NewSubgraph): (text: string) => string {
  const singular = singularOf(name);
  const words: Readonly<Record<string, string>> = {
    things: name,
    Things: capital(name),
    THINGS: name.toUpperCase(),
    thing: singular,
    Thing: capital(singular),
    "4999": String(port),
  };
  return (text) => text.replace(/[Tt]hings?|THINGS|4999/g, (word) => words[word] ?? word);
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
