import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { failure } from "../../runtime/errors.ts";
import { createHttpServer, type HttpServer } from "../../runtime/http-server.ts";
import { anonymous, writeAsker } from "../../runtime/identity.ts";
import { createLog } from "../../runtime/log.ts";
import { createRequestSigner, signatureHeader } from "../../runtime/request-signature.ts";
import type { OutboxEvent } from "./outbox-event.ts";
import { receiveEvents } from "./receive-events.ts";

const signingKey = "a key of at least thirty-two characters for tests";
const now = Date.parse("2026-03-01T12:00:00Z");
const event = {
  id: "0195a0de-0000-7000-8000-000000000001",
  topic: "account.deleted",
  key: "k",
  payload: { userId: "u" },
};
let server: HttpServer;
let applied: OutboxEvent[] = [];
let outcome: Error | undefined;

beforeAll(async () => {
  server = createHttpServer({
    host: "127.0.0.1",
    port: 0,
    log: createLog("test", "silent"),
    ready: () => true,
    bodyLimit: 1_000_000,
  });
  receiveEvents(server.app, {
    signingKey,
    clock: { now: () => now },
    apply: async (received) => {
      applied.push(received);
      if (outcome !== undefined) throw outcome;
    },
  });
  await server.start();
});

beforeEach(() => {
  applied = [];
  outcome = undefined;
});

afterAll(() => server.stop());

async function post(
  body: string,
  headers: Readonly<Record<string, string>>,
): Promise<{ status: number; code: string | undefined }> {
  const response = await fetch(`${server.url()}/events`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body,
  });
  const text = await response.text();
  const code = text === "" ? undefined : JSON.parse(text).errors[0].extensions.code;
  return { status: response.status, code };
}

function signature(body: string, key = signingKey, at = now): Readonly<Record<string, string>> {
  const request = { method: "POST", path: "/events", body };
  const sign = createRequestSigner({ key, sender: "service", clock: { now: () => at } });
  return { [signatureHeader]: sign(request, "") };
}

test("a signed event is applied, and answered when that is done", async () => {
  const body = JSON.stringify({ ...event, createdAt: "2026-03-01T12:00:00.000Z" });
  expect(await post(body, signature(body))).toEqual({ status: 204, code: undefined });
  expect(applied).toEqual([event]);
});

const body = JSON.stringify(event);
const clock = { now: () => now };
const asGateway = createRequestSigner({ key: signingKey, sender: "gateway", clock })(
  { method: "POST", path: "/events", body },
  writeAsker(anonymous, ""),
);
const used = signature(body);

test.each([
  ["nothing", {}],
  ["an empty signature", { [signatureHeader]: "" }],
  ["the signature of a gateway", { [signatureHeader]: asGateway }],
  ["another key's signature", signature(body, "another key of at least thirty-two characters")],
  ["another body's signature", signature(body.replace("u", "v"))],
  ["an old signature", signature(body, signingKey, now - 66_000)],
  ["a signature of the future", signature(body, signingKey, now + 10_000)],
])("S27 an event with %s is refused and not applied", async (_what, headers) => {
  expect(await post(body, headers)).toEqual({ status: 401, code: "UNSIGNED_REQUEST" });
  expect(applied).toEqual([]);
});

test("S27 an event that is sent again as it was is refused", async () => {
  expect(await post(body, used)).toMatchObject({ status: 204 });
  expect(await post(body, used)).toEqual({ status: 401, code: "UNSIGNED_REQUEST" });
  expect(applied).toHaveLength(1);
});

test.each(["", "[]", "{", JSON.stringify({ ...event, id: "1" }), JSON.stringify({ topic: "x" })])(
  "a signed body that is no event is refused: %j",
  async (wrong) => {
    expect(await post(wrong, signature(wrong))).toMatchObject({ status: 400, code: "BAD_REQUEST" });
    expect(applied).toEqual([]);
  },
);

test("a huge body and another type of content are refused before anything is checked", async () => {
  const huge = JSON.stringify({ ...event, payload: { text: "x".repeat(70_000) } });
  expect(await post(huge, signature(huge))).toMatchObject({ status: 413 });
  const plain = { ...signature(body), "content-type": "text/plain" };
  expect(await post(body, plain)).toMatchObject({ status: 415 });
  expect(applied).toEqual([]);
});

test.each([
  ["a failure of the catalogue", failure("CONFLICT"), 409, "CONFLICT"],
  [
    "a fault of the database",
    Object.assign(new Error("down"), { code: "ECONNREFUSED" }),
    503,
    "DATABASE_UNAVAILABLE",
  ],
  ["anything else", new Error("a secret"), 500, "INTERNAL_SERVER_ERROR"],
])("what cannot be applied is answered as such: %s", async (_what, error, status, code) => {
  outcome = error;
  expect(await post(body, signature(body))).toEqual({ status, code });
});
