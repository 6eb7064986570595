import { expect, test } from "@jest/globals";
import { createRefreshTokens, hashToken, looksLikeToken } from "./refresh-tokens.ts";

test("a token has one successor, which only the key can tell", () => {
  const [one, same, other] = ["a", "a", "b"].map(createRefreshTokens);
  const token = one?.first() ?? "";
  const successor = one?.successorOf(token);
  expect(looksLikeToken(token) && looksLikeToken(successor ?? "")).toBe(true);
  expect(same?.successorOf(token)).toBe(successor);
  expect(other?.successorOf(token)).not.toBe(successor);
});

test("what is stored does not contain the token", () => {
  const token = createRefreshTokens("key").first();
  expect(hashToken(token)).toHaveLength(32);
  expect(hashToken(token).equals(Buffer.from(token, "base64url"))).toBe(false);
});
