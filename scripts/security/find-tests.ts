import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

/** A test whose name begins with numbers of attacks. */
export interface NumberedTest {
  readonly numbers: readonly number[];
  /** From the top of the project. */
  readonly file: string;
  /** Without the numbers; `…` stands for what a table of cases puts in. */
  readonly name: string;
}

const folders = ["gateway", "runtime", "scripts", "subgraphs", "tests"];
/** A test that takes the names of its cases from another file. */
const named = { by: "bench/hostile/attacks.ts", test: "tests/security/hostile-requests.test.ts" };
const numbered = /(["'`])((?:[SRC]\d+ )+)((?:(?!\1)[^\n])+)\1/g;
const placeholders = /\$\{[^}]*\}|%[a-z#]/g;

/** Tests of attacks, in the order of their files. */
export async function findTests(root: string): Promise<readonly NumberedTest[]> {
  const files = [named.by];
  for (const folder of folders) {
    const entries = await readdir(join(root, folder), { recursive: true });
    files.push(...entries.map((entry) => join(folder, entry)));
  }
  const found: NumberedTest[] = [];
  for (const file of files.filter((one) => /\.test\.ts$|^bench/.test(one)).sort()) {
    const text = await readFile(join(root, file), "utf8");
    for (const [, , marks = "", name = ""] of text.matchAll(numbered)) {
      const numbers = [...marks.matchAll(/S(\d+)/g)].map(([, number]) => Number(number));
      if (numbers.length > 0) {
        const test = file === named.by ? named.test : file;
        found.push({ numbers, file: test, name: name.replace(placeholders, "…") });
      }
    }
  }
  return found;
}
