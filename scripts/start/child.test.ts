import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { readEnv } from "../../runtime/env.ts";
import { alive } from "../../tests/start/start-process.ts";
import { startChild } from "./child.ts";

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "supergraph-child-"));
});

afterAll(async () => {
  await rm(folder, { recursive: true });
});

test("with a process that is stopped ends what it has begun and does not wait for", async () => {
  const script = join(folder, "begins-another.mjs");
  await writeFile(
    script,
    `import { spawn } from "node:child_process";
    const { pid } = spawn(process.execPath, ["-e", "setInterval(() => {}, 1e6)"], { stdio: "ignore" });
    process.send({ ready: "it", url: String(pid) });`,
  );
  const child = startChild("it", script, { PATH: readEnv()["PATH"] });
  const begun = Number((await child.ready).url);
  expect(alive([begun])).toEqual([begun]);
  await child.stop();
  expect(alive([begun])).toEqual([]);
  expect(await child.ended).toBe("was ended by SIGTERM");
});
