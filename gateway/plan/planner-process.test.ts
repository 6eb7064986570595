import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { constants, getPriority, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, expect, test } from "@jest/globals";
import { projectRoot } from "../../runtime/project-root.ts";
import { childrenOf } from "../../tests/harness/processes.ts";
import { until } from "../../tests/harness/until.ts";
import type { OperationSource } from "./compile.ts";
import { cpuTimeOf } from "./cpu-time.ts";
import type { Planner, PlannerWatch } from "./planner.ts";
import { createPlannerProcess, type PlannerProcessOptions } from "./planner-process.ts";
import { readProgram } from "./program-text.ts";

const double = join(projectRoot(), "tests", "harness", "planner-double.js");
const supergraphSdl = "a supergraph";
let planner: Planner | undefined;
let heard: string[];

afterEach(async () => {
  await planner?.stop();
  planner = undefined;
  expect(ownChildren()).toEqual([]);
});

const ownChildren = (): readonly number[] =>
  childrenOf(process.pid)
    .filter(({ command }) => command.includes("planner-double"))
    .map(({ pid }) => pid);

async function start(options: Partial<PlannerProcessOptions> = {}): Promise<Planner> {
  heard = [];
  const watch: PlannerWatch = {
    started: () => heard.push("started"),
    planned: () => {},
    waiting: () => {},
    restarted: (reason) => heard.push(`restarted: ${reason}`),
    failed: (error) => heard.push(`failed: ${(error as Error).message}`),
    priorityKept: () => heard.push("priority kept"),
  };
  const rest = { entry: double, supergraphSdl, compilerOptions: {}, timeoutMs: 4_000 };
  planner = createPlannerProcess({ ...rest, memoryMb: 512, watch, ...options });
  await planner.start();
  return planner;
}

function source(document: string): OperationSource {
  return { document, operationName: undefined, labels: [], denied: [] };
}

const refusal = (code: string): object => ({
  kind: "refused",
  errors: [{ extensions: { code } }],
});

test("it plans in a process of the lowest priority, and tells what is wrong with a document", async () => {
  const { compile } = await start();
  const compiled = await compile(source("{ books { title borrower } }"));
  if (compiled.kind !== "program") throw new Error("it was refused");
  expect(await readProgram(compiled.parts)).toMatchObject({ type: "query" });
  expect(compiled.characters).toBe(compiled.parts.join("").length);
  expect(await compile(source("{ nope }"))).toMatchObject({
    kind: "refused",
    errors: [{ message: "There is no nope." }],
  });
  const [pid] = ownChildren();
  expect(getPriority(pid)).toBe(constants.priority.PRIORITY_LOW);
  expect(heard).toEqual(["started"]);
});

test("a supergraph that cannot be loaded fails the start, and no process is left", async () => {
  await expect(start({ supergraphSdl: "broken" })).rejects.toThrow("this is no supergraph");
  expect(ownChildren()).toEqual([]);
  await expect(start({ entry: "/nowhere.js" })).rejects.toThrow("did not start");
});

test("S5 a document that hangs is refused with its process, and those behind it are served", async () => {
  const { compile } = await start({ timeoutMs: 300 });
  const hanging = compile(source("{ books { id } } # hang"));
  const behind = [1, 2, 3].map((id) => compile(source(`{ book(id: ${id}) { title } }`)));
  expect(await hanging).toMatchObject({
    kind: "refused",
    errors: [
      {
        message: "The operation takes more than 300 ms to plan it.",
        extensions: { code: "OPERATION_TOO_COMPLEX", limit: "planning" },
      },
    ],
  });
  for (const one of behind) expect(await one).toMatchObject({ kind: "program" });
  expect(heard).toEqual(["started", "restarted: a document took too long", "started"]);
});

test("a document that kills its process twice is refused, and those behind it are served", async () => {
  const { compile } = await start();
  const killing = compile(source("{ books { id } } # crash"));
  const behind = compile(source("{ books { id } }"));
  expect(await killing).toMatchObject(refusal("OPERATION_TOO_COMPLEX"));
  expect(await behind).toMatchObject({ kind: "program" });
  expect(heard.filter((news) => news.includes("SIGKILL"))).toHaveLength(2);
});

test("a process that is killed is replaced; the document that it had is planned by the next", async () => {
  const { compile } = await start();
  const [idle = 0] = ownChildren();
  process.kill(idle, "SIGKILL");
  expect(await compile(source("{ books { id } }"))).toMatchObject({ kind: "program" });
  const [busy = 0] = ownChildren();
  expect(busy).not.toBe(idle);
  const held = compile(source("{ books { title } } # hangOnce"));
  await until(async () => existsSync(join(tmpdir(), `planner-double-${process.pid}`)));
  process.kill(busy, "SIGKILL");
  const behind = compile(source("{ loanCount }"));
  expect(await behind).toMatchObject({ kind: "program" });
  expect(await held).toMatchObject({ kind: "program" });
});

test("a document that eats the heap is refused, and the process lives on with the next", async () => {
  const { compile } = await start({ memoryMb: 60, timeoutMs: 20_000 });
  expect(await compile(source("{ books { id } } # gorge"))).toMatchObject(
    refusal("OPERATION_TOO_COMPLEX"),
  );
  expect(await compile(source("{ books { id } }"))).toMatchObject({ kind: "program" });
  expect(heard.find((news) => news.startsWith("restarted"))).toMatch(/heap/i);
});

test("a process that has grown too large is replaced between two documents", async () => {
  const { compile } = await start({ memoryMb: 250 });
  const both = [" # grow", ""].map((deed) => compile(source(`{ books { id } }${deed}`)));
  for (const one of await Promise.all(both)) expect(one).toMatchObject({ kind: "program" });
  expect(heard).toEqual(["started", "restarted: it has grown too large", "started"]);
});

test("a process that has grown gives its memory back when nobody asks it for a while, and no document notices", async () => {
  const { compile } = await start({ memoryMb: 1_024, restAfter: 1_500 });
  const [grown] = ownChildren();
  await compile(source("{ books { id } } # grow"));
  await sleep(900);
  await compile(source("{ books { id } }"));
  await sleep(900);
  expect(ownChildren()).toEqual([grown]);
  const small = await until(async () => ownChildren().find((pid) => pid !== grown));
  expect(await compile(source("{ books { title } }"))).toMatchObject({ kind: "program" });
  await sleep(2_000);
  expect(ownChildren()).toEqual([small]);
  expect(heard).toEqual(["started", "started"]);
});

// Where the system does not say how much CPU a process has used, the clock decides.
const whereCpuIsKnown = cpuTimeOf(process.pid) === undefined ? test.skip : test;
whereCpuIsKnown(
  "a process that gets no time to plan is replaced, and its document may be sent again",
  async () => {
    const { compile } = await start({ timeoutMs: 100 });
    process.kill(ownChildren()[0] ?? 0, "SIGSTOP");
    await expect(compile(source("{ books { id } }"))).rejects.toMatchObject({
      extensions: { code: "OVERLOADED" },
    });
    expect(await compile(source("{ books { id } }"))).toMatchObject({ kind: "program" });
  },
);

test("a fault of the compiler is told to who watches, and the client learns nothing of it", async () => {
  const { compile } = await start();
  const compiled = await compile(source("{ books { id } } # throw"));
  expect(compiled).toMatchObject(refusal("INTERNAL_SERVER_ERROR"));
  expect(JSON.stringify(compiled)).not.toContain("a fault of the compiler");
  expect(heard).toContainEqual(expect.stringContaining("a fault of the compiler"));
});

test("no more documents wait than there is room for; a planner that stops lets go of those that do", async () => {
  const { compile, stop } = await start();
  const held = compile(source("{ books { id } } # hang")).catch((error: unknown) => error);
  const waiting = Array.from({ length: 1_000 }, () =>
    compile(source("{ loanCount }")).catch((error: unknown) => error),
  );
  const overloaded = { extensions: { code: "OVERLOADED" } };
  await expect(compile(source("{ loanCount }"))).rejects.toMatchObject(overloaded);
  await stop();
  const codes = (await Promise.all([held, ...waiting])).map(
    (error) => (error as { extensions: { code: string } }).extensions.code,
  );
  expect(new Set(codes)).toEqual(new Set(["NOT_READY"]));
  await expect(compile(source("{ loanCount }"))).rejects.toMatchObject({
    extensions: { code: "NOT_READY" },
  });
});

for (const document of ["{ books { id } }", "{ books { id } } # hang"]) {
  test(`it does not outlive a gateway that is killed after it has sent ${document}`, async () => {
    const module = join(projectRoot(), "dist", "gateway", "plan", "planner-process.js");
    const watch = "{ started() {}, planned() {}, waiting() {}, restarted() {} }";
    const script = `
      import { createPlannerProcess } from ${JSON.stringify(module)};
      const planner = createPlannerProcess({ entry: ${JSON.stringify(double)}, timeoutMs: 50, memoryMb: 512,
        supergraphSdl: ${JSON.stringify(supergraphSdl)}, compilerOptions: {}, watch: ${watch} });
      await planner.start();
      planner.compile({ document: ${JSON.stringify(document)}, operationName: undefined, labels: [], denied: [] });
      process.stdout.write("sent");
      setInterval(() => {}, 1000);`;
    const gateway = spawn(process.execPath, ["--input-type=module", "-e", script], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    await once(gateway.stdout, "data");
    const [child] = childrenOf(gateway.pid ?? 0);
    gateway.kill("SIGKILL");
    const lives = (): boolean => {
      try {
        return process.kill(child?.pid ?? 0, 0);
      } catch {
        return false;
      }
    };
    expect(child?.command).toContain("planner-double");
    await until(async () => !lives());
  });
}
