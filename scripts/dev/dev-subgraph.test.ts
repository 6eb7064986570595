import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { freePort } from "../../bench/house.ts";
import { Broken } from "./broken.ts";
import { createDevSubgraph, type DevSubgraph, usualPatience } from "./dev-subgraph.ts";

const hangs = "const noise = setInterval(() => {}, 1000);\n";
const starts = `${hangs}process.on("message", () => process.send({ ready: "notes", url: "http://127.0.0.1:1" }));
process.once("SIGTERM", () => process.exit());\n`;

let dist: string;
let subgraph: DevSubgraph;
const slow: number[] = [];

beforeEach(async () => {
  dist = await mkdtemp(join(tmpdir(), "dev-subgraph-"));
  await mkdir(join(dist, "scripts/dev"), { recursive: true });
  await writeFile(join(dist, "package.json"), '{ "type": "module" }');
  slow.length = 0;
  subgraph = createDevSubgraph({
    name: "notes",
    env: { NOTES_PORT: String(await freePort()) },
    portVariable: "NOTES_PORT",
    dist,
    patience: { ...usualPatience, slow: 200, start: 1_200 },
    slow: (seconds) => slow.push(seconds),
  });
  await subgraph.front.start();
});

afterEach(async () => {
  await subgraph.stop();
  await rm(dist, { recursive: true });
});

/** What the subgraph's process does from now on. */
async function programs(text: string): Promise<void> {
  await writeFile(join(dist, "scripts/dev/warm.js"), text);
}

/** Why a start failed, for its author. */
async function fault(starting: Promise<unknown>): Promise<string> {
  const error = await starting.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(Broken);
  return (error as Broken).message;
}

test("a start that hangs is said to be slow, then ended, and the next one can be fine", async () => {
  await programs(hangs);
  expect(await fault(subgraph.begin())).toMatch(
    /^notes was not ready 1\.[2-9] s after its start\. What to do: look for what main\.ts .* waits? for/,
  );
  expect(slow).toHaveLength(1);
  await programs(starts);
  expect(await subgraph.begin()).toMatchObject({ url: "http://127.0.0.1:1" });
  expect(slow).toHaveLength(1);
});

test("a newer save gives a slow start up, and waits for one that is not slow yet", async () => {
  await programs(hangs);
  const late = subgraph.begin();
  while (slow.length === 0) await sleep(20);
  subgraph.hurry();
  expect(await fault(late)).toMatch(
    /^notes was not ready 0\.\d s .*, and something newer was saved/,
  );
  const early = subgraph.begin();
  subgraph.hurry();
  expect(await fault(early)).toContain("something newer was saved");
  expect(slow).toHaveLength(1);
  await programs(starts);
  const fine = subgraph.begin();
  subgraph.hurry();
  expect(await fine).toMatchObject({ url: "http://127.0.0.1:1" });
});

test("a stop in the middle of a start waits for nothing, and nothing is started after it", async () => {
  await programs(hangs);
  const starting = subgraph.begin();
  await sleep(50);
  const asked = Date.now();
  subgraph.abandon();
  expect(await fault(starting)).toContain("notes was ended by SIGKILL");
  expect(Date.now() - asked).toBeLessThan(1_000);
  expect(await fault(subgraph.begin())).toBe("notes is being stopped.");
});
