import type { IncomingMessage } from "node:http";
import { describe, expect, test } from "@jest/globals";
import {
  createAddressReader,
  type TrustedProxies,
  trustedProxiesSetting,
} from "./client-address.ts";

const read = (trusted: TrustedProxies, remoteAddress: string | undefined, forwarded?: string) =>
  createAddressReader(trusted)({
    socket: { remoteAddress },
    headers: forwarded === undefined ? {} : { "x-forwarded-for": forwarded },
  } as unknown as IncomingMessage);

test("without a trusted proxy a client is where its connection comes from, whatever it claims", () => {
  expect(read(0, "203.0.113.7")).toBe("203.0.113.7");
  expect(read(0, "203.0.113.7", "198.51.100.1")).toBe("203.0.113.7");
  expect(read(0, "::ffff:203.0.113.7")).toBe("203.0.113.7");
  expect(read(0, undefined)).toBe("");
});

test("all addresses of an IPv6 network are one client", () => {
  expect(read(0, "2001:db8:1:2:3:4:5:6")).toBe("2001:db8:1:2::/64");
  expect(read(0, "2001:db8:1:2::1")).toBe("2001:db8:1:2::/64");
  expect(read(0, "2001:db8:1:3::1")).toBe("2001:db8:1:3::/64");
});

describe("a trusted proxy says for whom it asks, and what stands before that is the client's own claim", () => {
  test.each<[string, TrustedProxies, string, string]>([
    ["one proxy", 1, "203.0.113.7", "203.0.113.7"],
    [
      "one proxy and a client that claims to be elsewhere",
      1,
      "1.1.1.1, 203.0.113.7",
      "203.0.113.7",
    ],
    ["two proxies", 2, "1.1.1.1, 203.0.113.7, 10.0.0.9", "203.0.113.7"],
    ["two proxies, of which one was passed by", 2, "203.0.113.7", "203.0.113.7"],
    ["a network", ["10.0.0.0/8"], "1.1.1.1, 203.0.113.7, 10.0.0.9", "203.0.113.7"],
    ["private networks", ["uniquelocal"], "1.1.1.1, 203.0.113.7", "203.0.113.7"],
    ["a port", 1, "203.0.113.7:4711", "203.0.113.7"],
    ["an IPv6 port", 1, "[2001:db8:1:2::1]:4711", "2001:db8:1:2::/64"],
    ["no address", 1, "unknown", "10.0.0.1"],
    ["nothing", 1, "", "10.0.0.1"],
  ])("%s", (_name, trusted, forwarded, expected) => {
    expect(read(trusted, "10.0.0.1", forwarded)).toBe(expected);
  });

  test("and who is not trusted is not believed", () => {
    expect(read(["10.0.0.0/8"], "192.0.2.1", "203.0.113.7")).toBe("192.0.2.1");
  });
});

test.each<[string | undefined, TrustedProxies]>([
  [undefined, 0],
  ["0", 0],
  ["2", 2],
  ["10.0.0.0/8, ::1", ["10.0.0.0/8", "::1"]],
  ["loopback,uniquelocal", ["loopback", "uniquelocal"]],
])("TRUST_PROXY may be %j", (text, trusted) => {
  expect(trustedProxiesSetting.parse(text)).toEqual(trusted);
});

test.each(["10", "-1", "all", "10.0.0.0/40", "nginx.internal"])(
  "TRUST_PROXY may not be %j",
  (text) => {
    expect(trustedProxiesSetting.safeParse(text).success).toBe(false);
  },
);
