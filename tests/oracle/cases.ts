import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { projectRoot } from "../../runtime/project-root.ts";
import type { Question } from "./question.ts";

export type Verdict = "right" | "wrong" | "no plan";

/** An operation that some engine has answered wrongly, kept as a test. */
export interface Case {
  readonly file: string;
  readonly graph: string;
  /** What goes wrong, in words. */
  readonly fault: string;
  /** What the stock engine answers. */
  readonly stock: Verdict;
  /** What this gateway answers: no plan where Apollo's planner makes a wrong one. */
  readonly gateway: Exclude<Verdict, "wrong">;
  readonly question: Question;
}

const folder = join(projectRoot(), "tests", "oracle", "cases");

export async function readCases(): Promise<readonly Case[]> {
  const files = (await readdir(folder)).filter((file) => file.endsWith(".graphql")).sort();
  return Promise.all(
    files.map(async (file) => readCase(file, await readFile(join(folder, file), "utf8"))),
  );
}

/**
 * Writes a case as a document whose first comments say the rest.
 * @returns its path
 */
export async function writeCase(found: Omit<Case, "file">): Promise<string> {
  const { fault, gateway, graph, question, stock } = found;
  const { document, operationName, variables } = question;
  const hash = createHash("sha256")
    .update(JSON.stringify([document, variables]))
    .digest("hex");
  const text = [
    `# graph: ${graph}`,
    `# fault: ${fault.replaceAll("\n", " ")}`,
    `# stock: ${stock}`,
    `# gateway: ${gateway}`,
    `# variables: ${JSON.stringify(variables)}`,
    ...(operationName === undefined ? [] : [`# operation: ${operationName}`]),
    document,
    "",
  ].join("\n");
  await mkdir(folder, { recursive: true });
  const path = join(folder, `${graph}-${hash.slice(0, 8)}.graphql`);
  await writeFile(path, text);
  return path;
}

function readCase(file: string, text: string): Case {
  const heading = new Map(
    [...text.matchAll(/^# (\w+): (.*)$/gm)].map(([, name = "", value = ""]) => [name, value]),
  );
  const document = text.replace(/^(#.*\n)+/, "");
  return {
    file,
    graph: heading.get("graph") ?? "",
    fault: heading.get("fault") ?? "",
    stock: heading.get("stock") === "wrong" ? "wrong" : "right",
    gateway: heading.get("gateway") === "no plan" ? "no plan" : "right",
    question: {
      document,
      operationName: heading.get("operation"),
      variables: JSON.parse(heading.get("variables") ?? "{}") as Question["variables"],
    },
  };
}
