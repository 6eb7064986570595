import { mkdir, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import ts from "typescript";
import { Broken, describeFault } from "./broken.ts";

/** Folders of the project that tsconfig.build.json compiles. */
const folders = ["gateway", "subgraphs", "prisma", "runtime", "scripts", "bench"];

/** What tsconfig.json says, as far as one file alone is concerned. */
const compilerOptions: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2023,
  // Without a project around it, NodeNext would take a file for CommonJS.
  module: ts.ModuleKind.ESNext,
  rewriteRelativeImportExtensions: true,
  verbatimModuleSyntax: true,
  sourceMap: true,
};

export interface Compiler {
  /**
   * Writes what `npm run build` would write of these sources, each by itself and without looking at types. Of a source that is
   * gone, what was built goes too, so that whoever still imports it says so.
   * @param files absolute paths; nothing is written when one is wrong
   * @throws Broken with the first syntax error of each
   */
  compile(files: readonly string[]): Promise<void>;
  /** Sources that are newer than what was built of them. */
  stale(): Promise<readonly string[]>;
}

/** @param dist where the programs go, a folder of `root` */
export function createCompiler(root: string, dist: string): Compiler {
  const placeOf = (file: string): string => join(dist, relative(root, file)).replace(/ts$/, "js");

  async function compileOne(file: string): Promise<Compiled | undefined> {
    const source = await readFile(file, "utf8").catch(unlessMissing);
    if (source === undefined) return undefined;
    const { diagnostics, outputText, sourceMapText } = ts.transpileModule(source, {
      fileName: file,
      reportDiagnostics: true,
      compilerOptions,
    });
    const place = placeOf(file);
    const map = {
      ...(JSON.parse(sourceMapText ?? "{}") as object),
      sources: [relative(dirname(place), file)],
    };
    return {
      place,
      text: outputText,
      map: JSON.stringify(map),
      // What follows from the first one is noise.
      faults: (diagnostics ?? []).slice(0, 1).map((one) => describeDiagnostic(file, one)),
    };
  }

  return {
    async compile(files) {
      const outcomes = await Promise.all(files.map(compileOne));
      const compiled = outcomes.filter((one) => one !== undefined);
      const faults = compiled.flatMap((one) => one.faults);
      if (faults.length > 0) throw new Broken(faults.join("\n"));
      for (const { map, place, text } of compiled) {
        await mkdir(dirname(place), { recursive: true });
        await writeFile(`${place}.map`, map);
        await writeFile(place, text);
      }
      for (const place of files.filter((_, index) => outcomes[index] === undefined).map(placeOf)) {
        await rm(place, { force: true });
        await rm(`${place}.map`, { force: true });
      }
    },
    async stale() {
      const found = await Promise.all(folders.map((folder) => sourcesBelow(root, folder)));
      const sources = found.flat();
      const newer = await Promise.all(
        sources.map(async (file) => (await timeOf(file)) > (await timeOf(placeOf(file)))),
      );
      return sources.filter((_, index) => newer[index]);
    },
  };
}

interface Compiled {
  readonly place: string;
  readonly text: string;
  readonly map: string;
  readonly faults: readonly string[];
}

function unlessMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== "ENOENT") throw error;
}

/** Whether `npm run build` compiles a file, by its path from the top of the project. */
export function isSource(path: string): boolean {
  const excluded = /^(gateway\/http\/explorer|scripts\/new-subgraph\/template)\//;
  return /(?<!\.test|\.d)\.ts$/.test(path) && !excluded.test(path);
}

async function sourcesBelow(root: string, folder: string): Promise<readonly string[]> {
  const names = await readdir(join(root, folder), { recursive: true });
  return names
    .map((name) => join(folder, name))
    .filter(isSource)
    .map((path) => join(root, path));
}

async function timeOf(file: string): Promise<number> {
  return stat(file).then(
    ({ mtimeMs }) => mtimeMs,
    () => 0,
  );
}

function describeDiagnostic(
  file: string,
  { file: source, messageText, start }: ts.Diagnostic,
): string {
  const message = ts.flattenDiagnosticMessageText(messageText, " ");
  const line =
    source === undefined || start === undefined
      ? undefined
      : source.getLineAndCharacterOfPosition(start).line + 1;
  return describeFault({ file, line, message, hint: "correct the syntax there." });
}
