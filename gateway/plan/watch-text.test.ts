import { mkdir, mkdtemp, rename, rm, symlink, unlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { eventually } from "../../tests/harness/library.ts";
import { type WatchedText, watchText } from "./watch-text.ts";

let folder: string;
let watched: WatchedText | undefined;
let heard: string[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "watch-"));
  heard = [];
});

afterEach(async () => {
  await watched?.stop();
  await rm(folder, { recursive: true });
});

async function watch(path: string): Promise<void> {
  watched = watchText(path, 10);
  heard.push(await watched.read());
  watched.follow(async (text) => {
    heard.push(text);
  });
}

const hears = (...texts: string[]): Promise<void> =>
  eventually(async () => expect(heard).toEqual(texts));

test("it hears of a file that is written, replaced, or comes back with another text", async () => {
  const path = join(folder, "text");
  await writeFile(path, "one");
  await watch(path);
  await writeFile(path, "two");
  await hears("one", "two");
  await writeFile(join(folder, "draft"), "three");
  await rename(join(folder, "draft"), path);
  await hears("one", "two", "three");
  await unlink(path);
  await writeFile(path, "three");
  await unlink(path);
  await writeFile(path, "four");
  await hears("one", "two", "three", "four");
});

test("it sees through the links of a mounted ConfigMap, of which the one in the middle is exchanged", async () => {
  for (const version of ["1", "2"]) {
    await mkdir(join(folder, version));
    await writeFile(join(folder, version, "text"), `version ${version}`);
  }
  await symlink("1", join(folder, "data"));
  await symlink(join("data", "text"), join(folder, "text"));
  await watch(join(folder, "text"));
  await symlink("2", join(folder, "data.draft"));
  await rename(join(folder, "data.draft"), join(folder, "data"));
  await hears("version 1", "version 2");
});
