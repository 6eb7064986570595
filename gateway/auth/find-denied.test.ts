import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, jest, test } from "@jest/globals";
import type { Operation, Requirement, Viewer } from "../request.ts";
import { createPolicies } from "./create-policies.ts";
import { createFindDenied } from "./find-denied.ts";
import type { Policies } from "./policies.ts";

const ada: Viewer = { kind: "user", id: "ada", role: "USER", session: "", scopes: ["a", "b"] };
const anonymous: Viewer = { kind: "anonymous" };
const query: Operation = { type: "query", name: undefined };
const mutation: Operation = { type: "mutation", name: undefined };
const needsPolicy: readonly Requirement[] = [{ kind: "policies", anyOf: [["p"]] }];

function withPolicies(met: Policies["met"]) {
  const failures: unknown[] = [];
  const find = createFindDenied({ names: ["p"], met }, (error) => failures.push(error));
  return { failures, find };
}

test("S20 an alternative without names is met by everyone, and no alternative by nobody", () => {
  const { find } = withPolicies(() => []);
  const scopes = (...anyOf: string[][]): Requirement => ({ kind: "scopes", anyOf });
  expect(find([scopes([])], anonymous, query)).toEqual([]);
  expect(find([scopes()], ada, query)).toEqual(["scopes []"]);
  expect(find([scopes(["c"], ["b", "a"])], ada, query)).toEqual([]);
  expect(find([scopes(["a", "c"])], ada, query)).toEqual(['scopes [["a","c"]]']);
});

test("S20 policies that throw, reject or take too long are not met, and it is told why", async () => {
  jest.useFakeTimers();
  const denied = ['policies [["p"]]'];
  const throwing = withPolicies(() => {
    throw new Error("at once");
  });
  expect(throwing.find(needsPolicy, ada, query)).toEqual(denied);
  const rejecting = withPolicies(() => Promise.reject(new Error("later")));
  expect(await rejecting.find(needsPolicy, ada, query)).toEqual(denied);
  const hanging = withPolicies(() => new Promise(() => {}));
  const found = hanging.find(needsPolicy, ada, query);
  jest.advanceTimersByTime(2_001);
  expect(await found).toEqual(denied);
  jest.useRealTimers();
  for (const { failures } of [throwing, rejecting, hanging]) expect(failures).toHaveLength(1);
});

test("S20 our own policies show personal data to who has signed in, and in answers of mutations", async () => {
  const policies = createPolicies(undefined);
  await policies.start();
  const met = (viewer: Viewer, operation: Operation) =>
    policies.met([...policies.names, "of-nobody"], viewer, operation);
  expect(met(anonymous, query)).toEqual([]);
  expect(met(anonymous, mutation)).toEqual(["personal-data"]);
  expect(met(ada, query)).toEqual(["personal-data"]);
  expect(met({ ...ada, role: "ADMIN" }, query)).toEqual(["admin", "personal-data"]);
});

test("a module of policies that is not there, or is none, stops the start in one sentence", async () => {
  const folder = await mkdtemp(join(tmpdir(), "policies-"));
  const missing = join(folder, "missing.mjs");
  await expect(createPolicies(missing).start()).rejects.toThrow(
    `GATEWAY_POLICIES: ${missing} cannot be loaded (`,
  );
  const path = join(folder, "policies.mjs");
  await writeFile(path, "export const policies = { names: ['p'] };");
  await expect(createPolicies(path).start()).rejects.toThrow(
    `GATEWAY_POLICIES: ${path} must export \`policies\` with`,
  );
  await rm(folder, { recursive: true });
});
