import { createHmac, randomBytes } from "node:crypto";
import { expect, test } from "@jest/globals";
import { createHmacs } from "./hmac.ts";

const byNode = (key: Uint8Array, text: string, body: string | Buffer): string =>
  createHmac("sha256", key).update(text).update(body).digest("base64url");

test("an HMAC is the one of node:crypto, for keys and bodies of any length", () => {
  for (const length of [1, 31, 32, 63, 64]) {
    const key = randomBytes(length);
    const hmac = createHmacs(key);
    for (const size of [0, 1, 55, 56, 64, 1_000, 21_000, 22_000, 65_000, 200_000]) {
      const bytes = randomBytes(size);
      for (const body of [bytes, bytes.toString("latin1"), "ü€🙂\0".repeat(size / 8)]) {
        expect(hmac("v1;text;", body)).toBe(byNode(key, "v1;text;", body));
      }
    }
  }
});

test("RFC 4231, test case 2", () => {
  const hmac = createHmacs(Buffer.from("Jefe"))("what do ya want ", "for nothing?");
  expect(Buffer.from(hmac, "base64url").toString("hex")).toBe(
    "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
  );
});

test("a half of a surrogate pair is what it is for node:crypto", () => {
  const key = randomBytes(32);
  expect(createHmacs(key)("\ud83d", "\ude42")).toBe(byNode(key, "\ud83d", "\ude42"));
});
