import { expect, test } from "@jest/globals";
import { withTimeLimit } from "./time-limit.ts";

test("what ends in time gives its result or throws its error; an endless loop is ended", () => {
  expect(withTimeLimit(() => 1, 1_000)).toBe(1);
  const thrown = new Error("of its own");
  expect(() =>
    withTimeLimit(() => {
      throw thrown;
    }, 1_000),
  ).toThrow(thrown);
  expect(() =>
    withTimeLimit(() => {
      for (;;);
    }, 50),
  ).toThrow(expect.objectContaining({ code: "ERR_SCRIPT_EXECUTION_TIMEOUT" }));
});
