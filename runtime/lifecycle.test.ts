import { expect, test } from "@jest/globals";
import { createLifecycle, type Part } from "./lifecycle.ts";
import { createLog } from "./log.ts";

const log = createLog("test", "silent");

function recorded(events: string[], name: string, fail?: "start" | "stop"): Part {
  const step = (what: "start" | "stop") => async () => {
    events.push(`${what} ${name}`);
    if (fail === what) throw new Error(`${name} cannot ${what}`);
  };
  return { name, start: step("start"), stop: step("stop") };
}

test("parts start in order and stop in reverse", async () => {
  const events: string[] = [];
  const lifecycle = createLifecycle("house", [recorded(events, "a"), recorded(events, "b")], log);
  await lifecycle.start();
  expect(lifecycle.state().phase).toBe("started");
  await Promise.all([lifecycle.stop(), lifecycle.stop()]);
  expect(events).toEqual(["start a", "start b", "stop b", "stop a"]);
  expect(lifecycle.state().phase).toBe("stopped");
});

test("a part that cannot start takes down those before it", async () => {
  const events: string[] = [];
  const parts = [recorded(events, "a"), recorded(events, "b", "start"), recorded(events, "c")];
  const lifecycle = createLifecycle("house", parts, log);
  await expect(lifecycle.start()).rejects.toThrow("b cannot start");
  expect(events).toEqual(["start a", "start b", "stop a"]);
  expect(lifecycle.state().phase).toBe("failed");
});

test("a part that cannot stop does not keep the others from it", async () => {
  const events: string[] = [];
  const lifecycle = createLifecycle(
    "house",
    [recorded(events, "a"), recorded(events, "b", "stop")],
    log,
  );
  await lifecycle.start();
  await lifecycle.stop();
  expect(events.slice(2)).toEqual(["stop b", "stop a"]);
});
