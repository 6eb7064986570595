import { expect, test } from "@jest/globals";
import { parse } from "yaml";
import { read } from "./compose-file.ts";

test("the hosted CI runs the same gate on the oldest Node and on the recommended one", () => {
  const { jobs } = parse(read(".github/workflows/ci.yml"));
  expect(jobs.gate.strategy.matrix).toEqual({ node: [20, 24] });
  expect(jobs.gate.container).toBe("node:${{ matrix.node }}-bookworm");
  expect(jobs.gate.steps.at(-1)).toEqual({ run: "bash .ci/run" });
});
