import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { copyProject, type ProjectCopy } from "../../bench/copy-project.ts";
import { startDev } from "../../bench/dev-process.ts";
import { readEnv } from "../../runtime/env.ts";
import { createClient } from "../harness/client.ts";

let copy: ProjectCopy;

beforeAll(async () => {
  copy = await copyProject();
});

afterAll(() => copy.remove());

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a Node program in the copy. */
async function run(...args: string[]): Promise<Ended> {
  const env = Object.entries(readEnv()).filter(([name]) => !/^(TEST_|NODE_|JEST_)/.test(name));
  const options = { cwd: copy.root, env: Object.fromEntries(env) };
  return promisify(execFile)(process.execPath, args, options).then(
    (done) => ({ code: 0, ...done }),
    (error) => error as Ended,
  );
}

const newSubgraph = (...args: string[]): Promise<Ended> =>
  run("dist/scripts/new-subgraph.js", ...args);

test("a name that the graph has already is refused with one sentence, and nothing is written", async () => {
  const before = await readFile(join(copy.root, "supergraph.yaml"), "utf8");
  const { code, stderr, stdout } = await newSubgraph("lists");
  const words =
    "NAME: the graph has a field Query.list (in todos) already, so choose another name.\n";
  expect({ code, stderr, stdout }).toEqual({ code: 1, stderr: words, stdout: "" });
  expect(await readFile(join(copy.root, "supergraph.yaml"), "utf8")).toBe(before);
  expect(existsSync(join(copy.root, "subgraphs/lists"))).toBe(false);
});

test("a new subgraph passes its own tests and answers through the gateway at once", async () => {
  const made = await newSubgraph("reviews");
  expect(made).toMatchObject({ code: 0, stderr: "" });
  expect(made.stdout).toContain("wrote subgraphs/reviews, prisma/reviews");
  expect(await readFile(join(copy.root, "supergraph.yaml"), "utf8")).toContain(
    "routing_url: ${env.REVIEWS_URL:-http://127.0.0.1:4003/graphql}",
  );

  const biome = "node_modules/@biomejs/biome/bin/biome";
  const jest = "node_modules/jest/bin/jest.js";
  const [dev, own, fresh, formatted] = await Promise.all([
    startDev(copy.root),
    run("--experimental-vm-modules", "--no-warnings", jest, "subgraphs/reviews"),
    run("dist/scripts/compose.js", "--check"),
    run(biome, "ci", "--vcs-enabled=false", "subgraphs/reviews", "prisma/reviews"),
  ]);
  try {
    expect(own.stderr).toMatch(/Tests: +3 passed, 3 total/);
    expect(fresh).toMatchObject({ code: 0, stderr: "" });
    expect(formatted).toMatchObject({ code: 0 });

    const input = '{ email: "grace@example.com", password: "correct-horse-battery" }';
    const url = `${dev.url}/graphql`;
    const { signIn } = await createClient(url).data(
      `mutation { signIn(input: ${input}) { accessToken } }`,
    );
    const grace = createClient(url, signIn.accessToken);
    const created = await grace.data(`mutation {
      createReview(input: { title: "Good" }) { review { title owner { handle todoStats { total } } } }
    }`);
    expect(created.createReview.review).toEqual({
      title: "Good",
      owner: { handle: "grace", todoStats: { total: expect.any(Number) } },
    });
  } finally {
    await dev.stop();
  }
}, 60_000);
