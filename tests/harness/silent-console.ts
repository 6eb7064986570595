import { afterEach, beforeEach } from "@jest/globals";

const methods = ["log", "info", "warn", "error", "debug"] as const;
const printed: string[] = [];

// A test that prints has found something that a reader of its output would have to judge: it fails instead.
beforeEach(() => {
  printed.length = 0;
  for (const method of methods) {
    globalThis.console[method] = (...parts: unknown[]) => {
      printed.push(`console.${method}: ${parts.map(String).join(" ")}`);
    };
  }
});

// Not an `expect`, which would count as one of those that a test announces by `expect.assertions`.
afterEach(() => {
  if (printed.length > 0) throw new Error(`the test printed:\n${printed.join("\n")}`);
});
