import { expect, test } from "@jest/globals";
import { parse } from "yaml";
import { read } from "./compose-file.ts";

test("the hosted CI runs the same gate on the oldest Node and on the recommended one", () => {
  const { jobs } = parse(read(".github/workflows/ci.yml"));
  expect(jobs.gate.strategy.matrix).toEqual({ node: [20, 24] });
  expect(jobs.gate.container).toBe("node:${{ matrix.node }}-bookworm");
  expect(jobs.gate.steps.at(-1)).toEqual({ run: "bash .ci/run" });
});

test("S72 the hosted CI asks the registry for known weaknesses, and keeps the bill of materials", () => {
  const { jobs } = parse(read(".github/workflows/ci.yml"));
  const commands = jobs.packages.steps.map(({ run }: { readonly run?: string }) => run);
  expect(commands).toContain("npm audit --omit=dev --audit-level=high");
  expect(commands).toContain("npm run --silent sbom > sbom.cdx.json");
  expect(jobs.packages.steps.at(-1).with.path).toBe("sbom.cdx.json");
});
