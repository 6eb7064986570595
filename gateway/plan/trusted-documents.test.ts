import { mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { until } from "../../tests/harness/until.ts";
import { createTrustedDocuments, type TrustedDocuments } from "./trusted-documents.ts";

let folder: string;
let documents: TrustedDocuments;
let loads: number[];
let failures: string[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "manifests-"));
  loads = [];
  failures = [];
  documents = createTrustedDocuments({
    folder,
    every: 10,
    loaded: (count) => loads.push(count),
    failed: (error) => failures.push(String(error)),
  });
});

afterEach(async () => {
  await documents.stop();
  await rm(folder, { recursive: true });
});

function manifestOf(bodies: Readonly<Record<string, string>>): string {
  return JSON.stringify({
    format: "apollo-persisted-query-manifest",
    version: 1,
    operations: Object.entries(bodies).map(([id, body]) => ({ id, name: id, type: "query", body })),
  });
}

/** As whoever delivers manifests should: whole, under another name, then renamed. */
async function deliver(file: string, text: string): Promise<void> {
  await writeFile(join(folder, `${file}.part`), text);
  await rename(join(folder, `${file}.part`), join(folder, file));
}

test("S33 each client has the documents of its version, those of all its versions, and those of everyone", async () => {
  await deliver("web@1.json", manifestOf({ one: "{ one }" }));
  await deliver("web@2.json", manifestOf({ two: "{ two }" }));
  await deliver("web.json", manifestOf({ both: "{ both }" }));
  await deliver("any.json", manifestOf({ health: "{ __typename }" }));
  await deliver("a%2Fb%40c@1%2F2.json", manifestOf({ odd: "{ odd }" }));
  await documents.start();
  const web1 = { name: "web", version: "1" };
  const ids = ["one", "two", "both", "health", "odd"];
  const known = (name?: string, version?: string): readonly string[] =>
    ids.filter((id) => documents.find({ name, version }, id) !== undefined);
  expect(known("web", "1")).toEqual(["one", "both", "health"]);
  expect(known("web", "2")).toEqual(["two", "both", "health"]);
  expect(known("web", "3")).toEqual(["both", "health"]);
  expect(known("web")).toEqual(["both", "health"]);
  expect(known("a/b@c", "1/2")).toEqual(["health", "odd"]);
  expect(known("web@1")).toEqual(["health"]);
  expect(known()).toEqual(["health"]);
  expect(documents.includes(web1, "{ one }")).toBe(true);
  expect(documents.includes(web1, "{ two }")).toBe(false);
  expect(documents.includes(web1, "{ one } ")).toBe(false);
  expect(documents.all().map(({ name }) => name)).toEqual(["odd", "health", "both", "one", "two"]);
});

test("a manifest that changes, comes or goes is taken over", async () => {
  await deliver("web.json", manifestOf({ one: "{ one }" }));
  await documents.start();
  const web = { name: "web", version: undefined };
  await deliver("web.json", manifestOf({ two: "{ two }" }));
  await until(async () => documents.find(web, "two") !== undefined);
  expect(documents.find(web, "one")).toBeUndefined();
  await deliver("any.json", manifestOf({ three: "{ three }" }));
  await until(async () => documents.find(web, "three") !== undefined);
  await rm(join(folder, "web.json"));
  await until(async () => documents.find(web, "two") === undefined);
});

test("a broken manifest leaves what was before, says so once, and the next one is taken over", async () => {
  await deliver("web.json", manifestOf({ one: "{ one }" }));
  await documents.start();
  const web = { name: "web", version: undefined };
  await deliver("web.json", "{ not json");
  await until(async () => failures.length > 0);
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(failures).toHaveLength(1);
  expect(documents.find(web, "one")).toBe("{ one }");
  await deliver("web.json", manifestOf({ two: "{ two }" }));
  await until(async () => documents.find(web, "two") !== undefined);
  expect(loads).toEqual([1, 1]);
});

test.each([
  ["no JSON", "{", "is not JSON"],
  ["another format", `{"format":"x","version":1,"operations":[]}`, "manifest: format:"],
  ["an operation without a body", manifestOf({ one: "" }), "manifest: operations.0.body:"],
  [
    "two operations of one id",
    `{"format":"apollo-persisted-query-manifest","version":1,"operations":[{"id":"a","name":"a","body":"{a}"},{"id":"a","name":"a","body":"{b}"}]}`,
    "two operations with the id a",
  ],
])("a manifest with %s keeps the process from starting, and is named", async (_, text, message) => {
  await deliver("web.json", text);
  await expect(documents.start()).rejects.toMatchObject({
    name: "ConfigError",
    message: expect.stringContaining(message),
  });
  await expect(documents.start()).rejects.toThrow("web.json");
});

test("a folder that is not there keeps the process from starting", async () => {
  const nowhere = createTrustedDocuments({
    folder: join(folder, "nowhere"),
    every: 10,
    loaded: () => {},
    failed: () => {},
  });
  await expect(nowhere.start()).rejects.toThrow("TRUSTED_DOCUMENTS_DIR cannot be read");
});
