import { describe, expect, test } from "@jest/globals";
import { anonymous, signViewer, type Viewer, verifyViewer } from "./identity.ts";

const key = "a key of at least thirty-two characters";
const now = Date.parse("2026-01-01T12:00:00Z");
const ada: Viewer = { kind: "user", id: "id-of-ada", role: "ADMIN", session: "id-of-session" };

test("a signed viewer is read back", () => {
  expect(verifyViewer(signViewer(ada, key, now), key, now + 500)).toEqual(ada);
  expect(verifyViewer(signViewer(anonymous, key, now), key, now)).toEqual(anonymous);
});

describe("S27 a header is refused", () => {
  const signed = signViewer(ada, key, now);
  const [version, payload, mac] = signed.split(".") as [string, string, string];
  const forged = Buffer.from(JSON.stringify([now / 1000, "id-of-grace", "ADMIN", "s"])).toString(
    "base64url",
  );

  test.each([
    ["missing", undefined],
    ["empty", ""],
    ["plain", "id-of-ada"],
    ["without a MAC", `${version}.${payload}`],
    ["with another payload", `${version}.${forged}.${mac}`],
    ["of another version", `v2.${payload}.${mac}`],
    ["with a cut MAC", signed.slice(0, -1)],
    ["signed with another key", signViewer(ada, `${key}!`, now)],
    ["too old", signViewer(ada, key, now - 66_000)],
    ["from the future", signViewer(ada, key, now + 7_000)],
    ["huge", `v1.${"x".repeat(5_000)}.${mac}`],
  ])("when it is %s", (_name, header) => {
    expect(verifyViewer(header, key, now)).toBeUndefined();
  });
});
