import { generateKeyPairSync } from "node:crypto";
import { expect, test } from "@jest/globals";
import { parsePublishedKeys, parseTokenKey } from "./token-key.ts";

const ed25519 = generateKeyPairSync("ed25519").privateKey.export({ format: "jwk" });
const p256 = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey.export({
  format: "jwk",
});

test.each([
  ["Ed25519", { ...ed25519, kid: "one", alg: "EdDSA" }],
  ["P-256", { ...p256, kid: "two", alg: "ES256" }],
])("a private %s key is taken and shows its public part only", (_name, jwk) => {
  const key = parseTokenKey(JSON.stringify(jwk));
  expect(key).toMatchObject({ id: jwk.kid, algorithm: jwk.alg });
  expect(key?.publicJwk).toMatchObject({ kid: jwk.kid, alg: jwk.alg, use: "sig", x: jwk.x });
  expect(key?.publicJwk).not.toHaveProperty("d");
});

test.each([
  ["no JSON", "secret"],
  ["no object", "null"],
  ["no key id", JSON.stringify({ ...ed25519, alg: "EdDSA" })],
  ["another algorithm", JSON.stringify({ ...ed25519, kid: "one", alg: "ES256" })],
  ["no private part", JSON.stringify({ ...ed25519, d: undefined, kid: "one", alg: "EdDSA" })],
  ["a broken private part", JSON.stringify({ ...ed25519, d: "AA", kid: "one", alg: "EdDSA" })],
  ["a symmetric key", JSON.stringify({ kty: "oct", k: "AAAA", kid: "one", alg: "HS256" })],
])("a key is refused that is or has %s", (_what, json) => {
  expect(parseTokenKey(json)).toBeUndefined();
});

test("S26 published keys show their public parts only, however they are given", () => {
  const { d: _, ...open } = ed25519;
  const given = [
    { ...open, kid: "next", alg: "EdDSA" },
    { ...p256, kid: "last", alg: "ES256" },
  ];
  const keys = parsePublishedKeys(JSON.stringify(given));
  expect(keys).toEqual([
    { kty: "OKP", crv: "Ed25519", x: ed25519.x, kid: "next", alg: "EdDSA", use: "sig" },
    { kty: "EC", crv: "P-256", x: p256.x, y: p256.y, kid: "last", alg: "ES256", use: "sig" },
  ]);
  expect(parsePublishedKeys("[]")).toEqual([]);
});

test.each([
  ["no list", JSON.stringify({ ...ed25519, kid: "one", alg: "EdDSA" })],
  ["no JSON", "secret"],
  ["no key id", JSON.stringify([{ ...ed25519, alg: "EdDSA" }])],
  ["a symmetric key", JSON.stringify([{ kty: "oct", k: "AAAA", kid: "one", alg: "HS256" }])],
  ["no point of the curve", JSON.stringify([{ ...p256, x: "AAAA", kid: "one", alg: "ES256" }])],
])("keys to publish are refused that are or have %s", (_what, json) => {
  expect(parsePublishedKeys(json)).toBeUndefined();
});
