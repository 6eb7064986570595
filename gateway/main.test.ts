import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { readEnv } from "../runtime/env.ts";
import { projectRoot } from "../runtime/project-root.ts";
import { createClient } from "../tests/harness/client.ts";
import { createLibrary } from "../tests/harness/library.ts";
import { compose } from "./plan/compose.ts";

function run(env: Readonly<Record<string, string>>): ReturnType<typeof spawn> {
  const { HOME, PATH } = readEnv();
  return spawn("npm", ["run", "--silent", "gateway"], {
    cwd: projectRoot(),
    env: { PATH, HOME, PORT: "0", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
}

test("npm run gateway serves any supergraph by its SDL, and exits 0 when it is told to stop", async () => {
  const { books, loans } = await createLibrary();
  const folder = await mkdtemp(join(tmpdir(), "main-"));
  const path = join(folder, "any.graphql");
  await writeFile(path, await compose([books, loans].map((one) => ({ ...one, place: one.name }))));
  const gateway = run({ SUPERGRAPH: path, DATA_DIR: folder });
  let printed = "";
  for await (const chunk of gateway.stdout ?? []) {
    printed += String(chunk);
    if (printed.includes("answers at")) break;
  }
  const url = /http:[^"]*\/graphql/.exec(printed)?.[0] ?? "";
  expect(await createClient(url).data("{ books { title dueInDays } }")).toBeTruthy();
  const exited = once(gateway, "exit");
  gateway.kill("SIGTERM");
  expect(await exited).toEqual([0, null]);
  await Promise.all([books.stop(), loans.stop(), rm(folder, { recursive: true })]);
});

test("a wrong variable is one sentence and exit code 1", async () => {
  const gateway = run({ SUPERGRAPH: "/nowhere/any.graphql" });
  let sentence = "";
  gateway.stderr?.on("data", (chunk) => {
    sentence += String(chunk);
  });
  expect(await once(gateway, "close")).toEqual([1, null]);
  expect(sentence).toMatch(/^SUPERGRAPH: \/nowhere\/any\.graphql cannot be read [^\n]*\n$/);
});
