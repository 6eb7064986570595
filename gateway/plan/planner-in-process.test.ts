import { expect, test } from "@jest/globals";
import type { ClientView } from "./client-view.ts";
import type { Compiled, OperationSource } from "./compile.ts";
import { createPlannerInProcess } from "./planner-in-process.ts";

const ok = { kind: "refused", errors: [{ message: "of the document" }] } satisfies Compiled;

const view: ClientView = { apiSdl: "type Query { any: Int }", requirements: [] };

function compile({ document }: OperationSource): Compiled {
  if (document === "fault") throw new Error("a fault of the compiler");
  if (document === "non-local")
    throw new Error("Number of non-local selections exceeds limit of 100000");
  return ok;
}

test("without a process of its own, a planner does the same in this one", async () => {
  const heard: string[] = [];
  const planner = createPlannerInProcess(async () => ({ compile, view: () => view }), {
    started: () => heard.push("started"),
    planned: () => heard.push("planned"),
    waiting: () => {},
    restarted: () => {},
    failed: (error) => heard.push((error as Error).message),
    priorityKept: () => {},
  });
  const source = (document: string): OperationSource => ({
    document,
    operationName: undefined,
    labels: [],
    denied: [],
  });
  const notReady = { extensions: { code: "NOT_READY" } };
  await expect(planner.compile(source("any"))).rejects.toMatchObject(notReady);
  expect(await planner.start()).toBe(view);
  expect(await planner.compile(source("any"))).toEqual({
    ...ok,
    characters: JSON.stringify(ok.errors).length,
  });
  expect(await planner.compile(source("fault"))).toMatchObject({
    errors: [{ extensions: { code: "INTERNAL_SERVER_ERROR" } }],
  });
  expect(await planner.compile(source("non-local"))).toMatchObject({
    errors: [{ extensions: { code: "OPERATION_TOO_COMPLEX" } }],
  });
  expect(heard).toEqual(["started", "planned", "a fault of the compiler", "planned", "planned"]);
  await planner.stop();
  await expect(planner.compile(source("any"))).rejects.toMatchObject(notReady);
});
