import { describe, expect, test } from "@jest/globals";
import { anonymous } from "../../runtime/identity.ts";
import type { Request } from "../request.ts";
import { createCallContexts } from "./call-context.ts";
import { isForwardable } from "./forwardable.ts";

function request(headers: Request["headers"]): Request {
  return { id: "r1", method: "POST", headers, search: "", body: {}, viewer: anonymous };
}

test("calls get the headers that are listed and no others, and the time of their request", () => {
  const forwardHeaders = ["accept-language", "x-tenant", "x-absent"];
  const contextOf = createCallContexts({ forwardHeaders, requestTimeout: 2_000 });
  const signal = new AbortController().signal;
  const before = performance.now();
  const context = contextOf({
    ...request({ "accept-language": "de", "x-tenant": "t", "x-other": "o", authorization: "s" }),
    signal,
  });
  expect(context).toEqual({
    viewer: anonymous,
    requestId: "r1",
    forwarded: { "accept-language": "de", "x-tenant": "t" },
    trace: {},
    signal,
    deadline: expect.any(Number),
  });
  expect(context.signal).toBe(signal);
  expect(Number(context.deadline) - before).toBeGreaterThanOrEqual(2_000);
  expect(Number(context.deadline) - before).toBeLessThan(2_500);
});

const traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
const zeros = (count: number): string => "0".repeat(count);

describe("the trace of a client goes on if it is one", () => {
  const contextOf = createCallContexts({ forwardHeaders: [], requestTimeout: 1 });

  test.each([
    ["both", { traceparent, tracestate: "rojo=00f067aa0ba902b7" }],
    ["no state", { traceparent }],
  ])("%s", (_name, headers) => {
    expect(contextOf(request(headers)).trace).toEqual(headers);
  });

  test.each([
    ["nothing", undefined],
    ["another text", "1"],
    ["a version that is forbidden", traceparent.replace(/^00/, "ff")],
    ["no trace id", `00-${zeros(32)}-b7ad6b7169203331-01`],
    ["no parent id", `00-0af7651916cd43dd8448eb211c80319c-${zeros(16)}-01`],
    ["capitals", traceparent.toUpperCase()],
    ["two of them", `${traceparent}, ${traceparent}`],
  ])("%s is dropped, and its state", (_name, parent) => {
    const headers = { tracestate: "a=b", ...(parent !== undefined && { traceparent: parent }) };
    expect(contextOf(request(headers)).trace).toEqual({});
  });

  test.each(["é", "x".repeat(513), ""])(
    "a state that is none is dropped alone: %s",
    (tracestate) => {
      expect(contextOf(request({ traceparent, tracestate })).trace).toEqual({ traceparent });
    },
  );
});

describe("S28 what is said of the viewer, of a connection or by the gateway itself is never forwarded", () => {
  test.each([
    "authorization",
    "cookie",
    "set-cookie",
    "proxy-authorization",
    "x-supergraph-viewer",
    "x-supergraph-timeout",
    "apollo-federation-include-trace",
    "host",
    "connection",
    "keep-alive",
    "transfer-encoding",
    "te",
    "upgrade",
    "content-length",
    "content-type",
    "accept",
    "x-request-id",
    "__proto__",
    "",
    "no header",
  ])("%s", (name) => expect(isForwardable(name)).toBe(false));

  test.each(["accept-language", "x-tenant", "user-agent"])("%s may be", (name) =>
    expect(isForwardable(name)).toBe(true),
  );
});
