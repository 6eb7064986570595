import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { projectRoot } from "../../runtime/project-root.ts";
import { readDockerfile, type Stage } from "../../scripts/image/read-dockerfile.ts";
import { readOwnSubgraphs } from "../../scripts/project/own-subgraphs.ts";

export interface ComposeService {
  readonly image: string;
  readonly build?: string;
  readonly command?: readonly string[];
  readonly restart: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly ports?: readonly string[];
  readonly networks: readonly string[];
  readonly volumes?: readonly string[];
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly healthcheck?: { readonly test?: readonly string[]; readonly disable?: boolean };
  readonly stop_grace_period?: string;
}

export interface ComposeFile {
  readonly services: Readonly<Record<string, ComposeService>>;
  readonly networks: Readonly<Record<string, { readonly internal?: boolean } | null>>;
  readonly volumes: Readonly<Record<string, unknown>>;
}

/** Each has a service of its name, a database and a role. */
export const subgraphs = readOwnSubgraphs(projectRoot());

export function read(file: string): string {
  return readFileSync(join(projectRoot(), file), "utf8");
}

export function readComposeFile(): ComposeFile {
  return parse(read("docker-compose.yml"), { merge: true });
}

/** The image itself: the last stage of the Dockerfile. */
export function finalStage(): Stage {
  const stage = readDockerfile(read("Dockerfile")).at(-1);
  if (stage === undefined) throw new Error("the Dockerfile has no stage");
  return stage;
}

/** A variable that Docker Compose puts in, with what is said when it is missing (`:?`) or used instead, also of an empty one (`:-`) or not (`-`). */
export interface Placeholder {
  readonly name: string;
  readonly operator: ":?" | ":-" | "-";
  readonly word: string;
}

export function placeholdersOf(text: string): readonly Placeholder[] {
  return [...text.matchAll(/\$\{(\w+)(:[?-]|-)([^}]*)\}/g)].map(
    ([, name = "", operator = "", word = ""]) => ({
      name,
      operator: operator as Placeholder["operator"],
      word,
    }),
  );
}
