import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { readEnv } from "../runtime/env.ts";
import { copyProject } from "./copy-project.ts";
import { type DevProcess, startDev } from "./dev-process.ts";
import { median } from "./load.ts";

const saves = 20;
/** Milliseconds from a change that is live to the next save, as of a fast author. */
const thinking = 1_500;
/** Requests in flight at most all the while, and milliseconds from the end of one to the next. */
const readers = { count: 4, pause: 25 };
/** Milliseconds between two looks whether a save is live, and until it never will be. */
const look = { every: 10, atMost: 20_000 };

type Kind = "addition" | "edit" | "removal";

/**
 * `npm run bench -- author`: in a copy of the project, how long it takes from saving a file until the gateway answers by
 * it, over additions to a schema, edits of resolvers and removals in turn, how many requests are lost meanwhile; and how
 * long a new subgraph takes until its tests have passed.
 */
export async function benchAuthor(): Promise<void> {
  const copy = await copyProject();
  try {
    const dev = await startDev(copy.root);
    const stream = startReaders(dev.url);
    const times: { readonly kind: Kind; readonly milliseconds: number }[] = [];
    try {
      const file = await openFiles(copy.root);
      for (let index = 0; index < saves; index++) {
        const kind = (["addition", "edit", "removal"] as const)[index % 3] ?? "edit";
        await sleep(thinking);
        times.push({ kind, milliseconds: await saveAndWait(dev, kind, index, file) });
      }
    } finally {
      await stream.stop();
      await dev.stop();
    }
    for (const kind of ["addition", "edit", "removal"])
      report(
        kind,
        times.filter((one) => one.kind === kind),
      );
    report("all", times);
    print(`author requests ${stream.answered()} lost ${stream.lost().length}`);
    for (const loss of stream.lost().slice(0, 5)) print(`  ${loss}`);
    await benchNewSubgraph(copy.root);
  } finally {
    await copy.remove();
  }
}

async function benchNewSubgraph(root: string): Promise<void> {
  const run = promisify(execFile);
  const env = { ...readEnv(), NODE_OPTIONS: "--experimental-vm-modules --no-warnings" };
  const started = performance.now();
  await run("npm", ["run", "new:subgraph", "--", "reviews"], { cwd: root });
  const written = performance.now();
  await run(process.execPath, ["node_modules/jest/bin/jest.js", "subgraphs/reviews"], {
    cwd: root,
    env,
  });
  const passed = performance.now();
  const seconds = (from: number, to: number): string => ((to - from) / 1000).toFixed(1);
  print(
    `author new_subgraph_s ${seconds(started, written)} to_passing_test_s ${seconds(started, passed)}`,
  );
}

interface Files {
  save(schemaHasField: boolean, value: number | undefined, kind: Kind): Promise<void>;
}

/** The field `probe` of TodoStats comes, gets values, and goes. */
async function openFiles(root: string): Promise<Files> {
  const schema = join(root, "subgraphs/todos/schema.graphql");
  const resolvers = join(root, "subgraphs/todos/resolvers.ts");
  const [schemaText, resolversText] = (await Promise.all(
    [schema, resolvers].map((path) => readFile(path, "utf8")),
  )) as [string, string];
  return {
    async save(schemaHasField, value, kind) {
      const field = '\n  """\n  Comes and goes.\n  """\n  probe: Int';
      const resolver = `  TodoStats: { probe: () => ${value} },\n  ListMember: {`;
      if (kind !== "addition") {
        await writeFile(
          resolvers,
          value === undefined ? resolversText : resolversText.replace("  ListMember: {", resolver),
        );
      }
      if (kind !== "edit") {
        await writeFile(
          schema,
          schemaHasField ? schemaText.replace("type TodoStats {", `$&${field}`) : schemaText,
        );
      }
    },
  };
}

/** @returns milliseconds from the save until the first answer that shows it */
async function saveAndWait(
  dev: DevProcess,
  kind: Kind,
  index: number,
  files: Files,
): Promise<number> {
  const expected = {
    addition: '"probe":null',
    edit: `"probe":${index}`,
    removal: "GRAPHQL_VALIDATION_FAILED",
  }[kind];
  const started = performance.now();
  await files.save(kind !== "removal", kind === "edit" ? index : undefined, kind);
  for (;;) {
    const { text } = await ask(dev.url, '{ userByHandle(handle: "ada") { todoStats { probe } } }');
    const passed = performance.now() - started;
    if (text.includes(expected)) return passed;
    if (passed > look.atMost)
      throw new Error(`save ${index} (${kind}) is not live:\n${dev.output()}\n${text}`);
    await sleep(look.every);
  }
}

interface Readers {
  answered(): number;
  /** What was answered instead. */
  lost(): readonly string[];
  stop(): Promise<void>;
}

/** Keeps requests in flight that need both subgraphs and that no save touches. */
function startReaders(url: string): Readers {
  const document = `{ users(first: 5) { edges { node { handle todoStats { total } lists(first: 2) { totalCount } } } }
    lists(first: 2) { edges { node { name owner { handle } } } } }`;
  let answered = 0;
  let stopping = false;
  const lost: string[] = [];
  async function read(): Promise<void> {
    while (!stopping) {
      const { status, text } = await ask(url, document).catch((error: Error) => ({
        status: 0,
        text: String(error.cause ?? error),
      }));
      answered += 1;
      await sleep(readers.pause);
      if (status !== 200 || text.includes('"errors"')) lost.push(`${status} ${text.slice(0, 300)}`);
    }
  }
  const reading = Promise.all(Array.from({ length: readers.count }, read));
  return {
    answered: () => answered,
    lost: () => lost,
    async stop() {
      stopping = true;
      await reading;
    },
  };
}

async function ask(
  url: string,
  query: string,
): Promise<{ readonly status: number; readonly text: string }> {
  const response = await fetch(`${url}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ query }),
  });
  return { status: response.status, text: await response.text() };
}

function report(name: string, times: readonly { readonly milliseconds: number }[]): void {
  const milliseconds = times.map((one) => one.milliseconds);
  const [middle, most] = [median(milliseconds), Math.max(...milliseconds)];
  print(
    `author ${name} saves ${times.length} live_median_ms ${middle.toFixed(0)} live_max_ms ${most.toFixed(0)}`,
  );
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
