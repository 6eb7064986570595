import { expect, test } from "@jest/globals";
import { anonymous, readAsker, type Viewer, writeAsker } from "./identity.ts";

const ada: Viewer = { kind: "user", id: "id-of-ada", role: "ADMIN", session: "id-of-session" };
const text = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");

test.each<[Viewer, string]>([
  [ada, "203.0.113.7"],
  [anonymous, "2001:db8:1:2::/64"],
  [{ ...ada, id: 'auth0|{"1";ü}' }, ""],
  [anonymous, ""],
])("who asks, and from where, is read back: %j %j", (viewer, address) => {
  const claims = writeAsker(viewer, address);
  expect(claims).toMatch(/^[!-~]*$/);
  expect(readAsker(claims)).toEqual({ viewer, address });
});

test.each([
  "",
  "nonsense",
  ";not base64;",
  `here;${text(["a", "b", "c"])}`,
  `;${text(["a", "b"])}`,
  `;${text([1, "b", "c"])}`,
  `;${text({ id: "a" })}`,
  ";bm8ganNvbg",
])("what says nobody is nobody: %j", (claims) => {
  expect(readAsker(claims)).toBeUndefined();
});
