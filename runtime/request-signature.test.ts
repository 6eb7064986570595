import { describe, expect, test } from "@jest/globals";
import { createReplayMemory } from "./replays.ts";
import {
  createRequestSigner,
  createRequestVerifier,
  type SignatureOptions,
  type SignedRequest,
} from "./request-signature.ts";

const key = "a key of at least thirty-two characters";
const request = { method: "POST", path: "/graphql", body: '{"query":"{ me { id } }"}' };

let now = Date.parse("2026-01-01T12:00:00Z");
const clock = { now: () => now };
const options: SignatureOptions = { key, sender: "gateway", clock };
const signAt = (at: number, other: Partial<SignatureOptions> = {}): string =>
  createRequestSigner({ ...options, clock: { now: () => at }, ...other })(request, "claims;of-it");

function verify(header: string | undefined, asked: SignedRequest = request) {
  return createRequestVerifier(options, createReplayMemory(clock))(header, asked);
}

test("the claims of a request that was signed are known for a minute, whatever is in its body", async () => {
  for (const later of [0, 500, 64_000, -4_000]) {
    expect(await verify(signAt(now - later))).toBe("claims;of-it");
  }
  const strange = { ...request, body: Buffer.from('{"query":"ü\u0000"}') };
  expect(await verify(createRequestSigner(options)(strange, ""), strange)).toBe("");
});

describe("S27 a request is refused", () => {
  const signed = signAt(now);
  const [version, seconds, process, number, ...rest] = signed.split(";") as [string, ...string[]];
  test.each([
    ["without a signature", undefined],
    ["with an empty one", ""],
    ["with a cut one", signed.slice(0, -1)],
    ["with a longer one", `${signed}A`],
    ["with two", `${signed}, ${signed}`],
    ["with other claims", signed.replace("claims", "others")],
    ["with another time", [version, Number(seconds) + 1, process, number, ...rest].join(";")],
    ["with another number", [version, seconds, process, 2, ...rest].join(";")],
    ["with another process", [version, seconds, "a".repeat(16), number, ...rest].join(";")],
    ["of another version", signed.replace("v1", "v2")],
    ["signed with another key", signAt(now, { key: `${key}!` })],
    ["signed as a service", signAt(now, { sender: "service" })],
    ["too old", signAt(now - 66_000)],
    ["from the future", signAt(now + 7_000)],
    ["huge", signed.replace("claims", "c".repeat(5_000))],
  ])("%s", async (_name, header) => {
    expect(await verify(header)).toBeUndefined();
  });

  test.each([
    ["method", { ...request, method: "GET" }],
    ["path", { ...request, path: "/graphql?x" }],
    ["body", { ...request, body: request.body.replace("me", "my") }],
    ["end", { ...request, body: `${request.body} ` }],
  ])("whose %s is not the one that was signed", async (_name, other) => {
    expect(await verify(signed, other)).toBeUndefined();
  });
});

test("S27 a request counts once, also when it is signed for much later than it comes", async () => {
  const check = createRequestVerifier(options, createReplayMemory(clock));
  const sign = createRequestSigner(options);
  const [first, second] = [sign(request, "1"), sign(request, "2")];
  expect(await check(second, request)).toBe("2");
  expect(await check(first, request)).toBe("1");
  now += 60_000;
  expect(await check(first, request)).toBeUndefined();
  expect(await check(second, request)).toBeUndefined();
  now -= 60_000;
});
