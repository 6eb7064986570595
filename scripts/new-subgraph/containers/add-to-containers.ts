import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parseDocument } from "yaml";
import type { NewFiles, NewSubgraph } from "../fill-template.ts";
import { type Place, placesOfEntries, placesOfPatterns } from "./places.ts";

/** A file that names each subgraph, by what it has for todos: a new one gets a copy of these lines behind them. */
interface ContainerFile {
  readonly path: string;
  /** For who has to add it by hand. */
  readonly what: string;
  readonly places: (text: string) => readonly Place[] | undefined;
}

const files: readonly ContainerFile[] = [
  {
    path: "docker-compose.yml",
    what: "its service, its URL and the wait for it at gateway, its database at migrate and its password at postgres",
    places: (text) =>
      placesOfEntries(text, [
        [["services"], "todos"],
        [["services", "gateway", "environment"], "TODOS_URL"],
        [["services", "gateway", "depends_on"], "todos"],
        [["services", "migrate", "environment"], "TODOS_DATABASE_URL"],
        [["services", "postgres", "environment"], "TODOS_DATABASE_PASSWORD"],
      ]),
  },
  {
    path: "Dockerfile",
    what: "its port, schema and migrations",
    places: (text) =>
      placesOfPatterns(text, [
        /^ +TODOS_PORT=4002 \\\n/,
        /^COPY subgraphs\/todos\/schema\.graphql .*\n/,
        /^COPY prisma\/todos\/migrations .*\n/,
        /^EXPOSE 4002\n/,
      ]),
  },
  {
    path: ".env.example",
    what: "its password, pool size and time limit",
    places: (text) =>
      placesOfPatterns(text, [
        /^#.*\nTODOS_DATABASE_PASSWORD=\n/,
        /^#TODOS_DATABASE_POOL_SIZE=.*\n/,
        /^#TODOS_STATEMENT_TIMEOUT_MS=.*\n/,
      ]),
  },
  {
    path: "deploy/postgres/create-databases.sql",
    what: "its role and database",
    places: (text) =>
      placesOfPatterns(text, [
        /^\\getenv todos_password .*\n/,
        /^CREATE ROLE "todos" .*\n(.*"todos".*\n)+/,
      ]),
  },
];

export interface InContainers {
  /** What the files are with it. */
  readonly files: NewFiles;
  /** For each file that stays as it is a sentence that says what to add by hand. */
  readonly left: readonly string[];
}

/** Adds a subgraph to the files by which containers run. One in which what todos has is not found stays as it is. */
export async function addToContainers(root: string, wanted: NewSubgraph): Promise<InContainers> {
  const changed = new Map<string, string>();
  const left: string[] = [];
  for (const { path, places, what } of files) {
    const text = await readFile(join(root, path), "utf8").catch(() => "");
    const found = places(text);
    const added = found && copyBehind(text, found, wanted);
    if (added !== undefined && isWhole(path, added)) changed.set(path, added);
    else
      left.push(
        `${path} stays as it is, for what it has for todos is not where it was: add to it for ${wanted.name} ${what}.`,
      );
  }
  return { files: changed, left };
}

/** A copy that is there already, as of a subgraph that was removed, is not made again. */
function copyBehind(text: string, places: readonly Place[], { name, port }: NewSubgraph): string {
  const words: Readonly<Record<string, string>> = {
    todos: name,
    TODOS: name.toUpperCase(),
    "4002": String(port),
  };
  let result = text;
  for (const [start, end] of places.toSorted(([one], [other]) => other - one)) {
    const copy = text.slice(start, end).replace(/todos|TODOS|4002/g, (word) => words[word] ?? word);
    if (text.includes(copy)) continue;
    const gap = text.slice(0, start).endsWith("\n\n") ? "\n" : "";
    result = `${result.slice(0, end)}${gap}${copy}${result.slice(end)}`;
  }
  return result;
}

/** Not so when it has had a service of this name, and another one. */
function isWhole(path: string, text: string): boolean {
  return !path.endsWith(".yml") || parseDocument(text).errors.length === 0;
}
