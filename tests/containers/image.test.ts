import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { isBuiltin } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "@jest/globals";
import ts from "typescript";
import { projectRoot } from "../../runtime/project-root.ts";
import { buildContext } from "../../scripts/image/build-context.ts";
import {
  lastCommand,
  readCopy,
  readDockerfile,
  readVariables,
} from "../../scripts/image/read-dockerfile.ts";
import { createHttpDouble } from "../harness/http-double.ts";
import { finalStage, read, readComposeFile, subgraphs } from "./compose-file.ts";

const root = projectRoot();
const run = promisify(execFile);
const { services } = readComposeFile();
const processes = ["gateway", ...subgraphs.map(({ name }) => name), "migrate"];

test("the image runs Node 24 as nobody special, the gateway unless told otherwise", () => {
  const stages = readDockerfile(read("Dockerfile"));
  const names = stages.map(({ name }) => name);
  const foreign = stages.map(({ base }) => base).filter((base) => !names.includes(base));
  expect(foreign).toEqual([expect.stringMatching(/^node:24\.\d+\.\d+-bookworm-slim$/)]);
  const stage = finalStage();
  const user = stage.instructions.filter(({ keyword }) => keyword === "USER");
  expect(user).toEqual([{ keyword: "USER", text: "node" }]);
  expect(lastCommand(stage, "CMD")).toEqual(services["gateway"]?.command);
  expect(lastCommand(stage, "HEALTHCHECK")).toEqual(["node", "dist/scripts/healthcheck.js"]);
});

test("every path that the Dockerfile copies is there", async () => {
  const context = await buildContext(root, read(".dockerignore"));
  for (const { instructions } of readDockerfile(read("Dockerfile"))) {
    for (const { text } of instructions.filter(({ keyword }) => keyword === "COPY")) {
      const { from, sources } = readCopy(text);
      for (const source of sources) {
        const found =
          from === undefined
            ? source === "." || context.some((file) => `${file}/`.startsWith(`${source}/`))
            : existsSync(join(root, relative("/app", source)));
        expect([source, found]).toEqual([source, true]);
      }
    }
  }
});

test("the image has the schema and the migrations of each subgraph, and says where it listens", () => {
  const stage = finalStage();
  const copied = stage.instructions
    .filter(({ keyword }) => keyword === "COPY")
    .flatMap(({ text }) => readCopy(text).sources);
  const texts = (keyword: string): readonly string[] =>
    stage.instructions.filter((one) => one.keyword === keyword).map(({ text }) => text);
  const [env = ""] = texts("ENV");
  for (const { name, port, variables } of subgraphs) {
    expect(copied).toContain(`subgraphs/${name}/schema.graphql`);
    expect(copied).toContain(`prisma/${name}/migrations`);
    expect(readVariables(env)[variables.port]).toBe(String(port));
    expect(texts("EXPOSE")).toContain(String(port));
  }
});

test("a build sees no secret, no data, no test and nothing that was built elsewhere", async () => {
  const folder = await mkdtemp(join(tmpdir(), "context-"));
  const seen = ["package.json", "gateway/main.ts", "prisma/users/migrations/1/migration.sql"];
  const unseen = [
    ".env",
    ".data/secrets.json",
    ".git/config",
    "dist/gateway/main.js",
    "node_modules/pg/package.json",
    "prisma/users/generated/client.ts",
    "gateway/config.test.ts",
    "tests/containers/image.test.ts",
    "subgraphs/todos/model/rights.test.ts",
  ];
  for (const file of [...seen, ...unseen]) {
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await writeFile(join(folder, file), "");
  }
  expect([...(await buildContext(folder, read(".dockerignore")))].sort()).toEqual(seen.sort());
  await rm(folder, { recursive: true });
});

test("a build sees all that `prepare` and the compiler read", async () => {
  const context = await buildContext(root, read(".dockerignore"));
  const { stdout } = await run(join(root, "node_modules/.bin/tsc"), [
    "-p",
    join(root, "tsconfig.build.json"),
    "--listFilesOnly",
  ]);
  const compiled = stdout
    .split("\n")
    .filter((file) => file !== "")
    .map((file) => relative(root, file))
    .filter((file) => !/^(bench|tests)\/|(^|\/)node_modules\/|\/generated\//.test(file));
  expect(compiled.filter((file) => !context.includes(file))).toEqual([]);
  expect(compiled.length).toBeGreaterThan(100);
});

test("whatever a process imports is a dependency of production, and in the image", async () => {
  const { dependencies } = JSON.parse(read("package.json"));
  const lock = JSON.parse(read("package-lock.json")).packages;
  const starts = [
    ...processes.map((name) => services[name]?.command?.[1] ?? ""),
    lastCommand(finalStage(), "HEALTHCHECK")[1] ?? "",
  ];
  const { files, packages } = await importsOf(starts);
  expect([...files].filter((file) => file.startsWith("dist/scripts/image/"))).toEqual([]);
  expect([...packages].filter((name) => !(name in dependencies))).toEqual([]);
  // What `--omit=optional` leaves out of node_modules.
  const leftOut = [...packages].filter((name) => {
    const { optional, devOptional } = lock[`node_modules/${name}`] ?? {};
    return optional === true || devOptional === true;
  });
  expect(leftOut).toEqual([]);
  expect(packages).toContain("@prisma/schema-engine-wasm");
  expect(packages).toContain("fastify");
});

test("the health check of the image tells a process that is ready from one that is not", async () => {
  let status = 200;
  const process = await createHttpDouble((heard, response) => {
    response.writeHead(heard.path === "/readyz" ? status : 404).end();
  });
  const nobody = { PORT: "1", USERS_PORT: "1", TODOS_PORT: "1" };
  const port = new URL(process.url).port;
  await healthcheck({ ...nobody, PORT: port });
  await healthcheck({ ...nobody, TODOS_PORT: port });
  status = 503;
  await expect(healthcheck({ ...nobody, USERS_PORT: port })).rejects.toThrow(
    `port ${port} answers 503`,
  );
  await process.stop();
  await expect(healthcheck({ ...nobody, USERS_PORT: port })).rejects.toThrow("ECONNREFUSED");
});

async function healthcheck(env: Readonly<Record<string, string>>): Promise<void> {
  await run(process.execPath, [join(root, "dist/scripts/healthcheck.js")], { env });
}

/** All that is loaded when these files of the project run: its own files, and packages by name. */
async function importsOf(
  starts: readonly string[],
): Promise<{ readonly files: ReadonlySet<string>; readonly packages: ReadonlySet<string> }> {
  const files = new Set(starts);
  const packages = new Set<string>();
  for (const file of files) {
    const text = await readFile(join(root, file), "utf8");
    const resolved = [...text.matchAll(/\.resolve\(\s*"([^"]+)"/g)].map(([, name = ""]) => name);
    const imported = ts.preProcessFile(text, true, true).importedFiles;
    for (const name of [...imported.map(({ fileName }) => fileName), ...resolved]) {
      if (name.startsWith(".")) files.add(join(dirname(file), name));
      else if (!isBuiltin(name)) packages.add(/^(@[^/]+\/)?[^/]+/.exec(name)?.[0] ?? name);
    }
  }
  return { files, packages };
}
