import { expect, test } from "@jest/globals";
import { codeOf } from "../../../runtime/errors.ts";
import { createPasswords } from "./passwords.ts";

test("a hash is argon2id with 19 MiB, two passes and one thread", async () => {
  const passwords = createPasswords();
  expect(await passwords.hash("correct-horse-battery")).toMatch(
    /^\$argon2id\$v=19\$m=19456,t=2,p=1\$/,
  );
});

test("a password fits its own hash only, however its letters are composed", async () => {
  const passwords = createPasswords();
  await passwords.start();
  const stored = await passwords.hash("mot de passé secret");
  expect(await passwords.verify(stored, "mot de passé secret".normalize("NFD"))).toBe(true);
  expect(await passwords.verify(stored, "mot de passe secret")).toBe(false);
  expect(await passwords.verify(undefined, "mot de passé secret")).toBe(false);
});

test("work beyond what may wait is turned away at once, and the rest is done", async () => {
  const passwords = createPasswords({ concurrent: 1, waiting: 2 });
  await passwords.start();
  const answers = await Promise.allSettled(
    Array.from({ length: 6 }, () => passwords.verify(undefined, "anything")),
  );
  const codes = answers.map((answer) =>
    answer.status === "fulfilled" ? "done" : codeOf(answer.reason),
  );
  expect(codes.filter((code) => code === "OVERLOADED").length).toBeGreaterThanOrEqual(3);
  expect(codes.slice(0, 2)).toEqual(["done", "done"]);
  expect(await passwords.verify(undefined, "later")).toBe(false);
});
