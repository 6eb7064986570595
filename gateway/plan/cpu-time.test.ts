import { expect, test } from "@jest/globals";
import { cpuTimeOf } from "./cpu-time.ts";

test("the CPU that a process has used is what the process itself says, or unknown", () => {
  const end = performance.now() + 50;
  while (performance.now() < end);
  const { system, user } = process.cpuUsage();
  const known = cpuTimeOf(process.pid);
  if (process.platform === "linux") {
    expect(Math.abs((known ?? 0) - (system + user) / 1000)).toBeLessThan(100);
  } else {
    expect(known).toBeUndefined();
  }
  expect(cpuTimeOf(0)).toBeUndefined();
});
