import { describe, expect, test } from "@jest/globals";
import { signViewer, type Viewer, verifyViewer } from "./identity.ts";
import { signServiceRequest, verifyServiceRequest } from "./service-signature.ts";
import { macOf } from "./signature.ts";

const key = "a key of at least thirty-two characters";
const now = Date.parse("2026-01-01T12:00:00Z");
const request = { method: "POST", path: "/events", body: '{"a":"b"}' };
const signed = signServiceRequest(request, key, now);
const ada: Viewer = { kind: "user", id: "id-of-ada", role: "ADMIN", session: "id-of-session" };

test("a request that a service signed is known as such for a minute", () => {
  for (const later of [0, 500, 64_000, -4_000]) {
    expect(verifyServiceRequest(signed, request, key, now + later)).toBe(true);
  }
});

describe("S27 a request is refused", () => {
  const [, seconds, mac] = signed.split(".");
  test.each([
    ["without a signature", undefined],
    ["with an empty one", ""],
    ["with a cut one", signed.slice(0, -1)],
    ["with another time", `v1.${Number(seconds) + 1}.${mac}`],
    ["of another version", signed.replace("v1", "v2")],
    ["signed with another key", signServiceRequest(request, `${key}!`, now)],
    [
      "signed with the viewers' key",
      `v1.${seconds}.${macOf(`${seconds}\nPOST /events\n${request.body}`, key)}`,
    ],
    ["too old", signServiceRequest(request, key, now - 66_000)],
    ["from the future", signServiceRequest(request, key, now + 7_000)],
    ["signed as a viewer", signViewer(ada, key, now)],
    ["huge", `v1.${"1".repeat(5_000)}.${mac}`],
  ])("%s", (_name, header) => {
    expect(verifyServiceRequest(header, request, key, now)).toBe(false);
  });

  test.each([
    ["method", { ...request, method: "PUT" }],
    ["path", { ...request, path: "/events?all" }],
    ["body", { ...request, body: '{"a":"c"}' }],
  ])("whose %s is not the one that was signed", (_name, other) => {
    expect(verifyServiceRequest(signed, other, key, now)).toBe(false);
  });
});

test("S27 a service's signature makes no viewer", () => {
  expect(verifyViewer(signed, key, now)).toBeUndefined();
  const empty = signServiceRequest({ method: "", path: "", body: "" }, key, now);
  expect(verifyViewer(empty, key, now)).toBeUndefined();
});
