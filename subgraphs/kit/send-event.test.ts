import { afterAll, afterEach, beforeAll, expect, test } from "@jest/globals";
import { createRequestVerifier, signatureHeader } from "../../runtime/request-signature.ts";
import {
  type Behaviour,
  createHttpDouble,
  type HttpDouble,
} from "../../tests/harness/http-double.ts";
import { createEventSender } from "./send-event.ts";

const signingKey = "a key of at least thirty-two characters for tests";
const clock = { now: () => Date.parse("2026-03-01T12:00:00Z") };
const event = {
  sequence: "1",
  target: "todos",
  id: "0195a0de-0000-7000-8000-000000000001",
  topic: "account.deleted",
  key: "k",
  payload: { userId: "u" },
  createdAt: new Date("2026-03-01T11:59:59Z"),
  attempts: 1,
};
let target: HttpDouble;
let behave: Behaviour = () => undefined;

beforeAll(async () => {
  target = await createHttpDouble((heard, response) => behave(heard, response));
});

afterEach(() => {
  target.heard.length = 0;
});

afterAll(() => target.stop());

const send = (url = `${target.url}/events?of=users`, stopping = new AbortController().signal) =>
  createEventSender({ url, signingKey, clock })(event, stopping);

test("an event is posted with its id, signed for its path and body", async () => {
  behave = (_heard, response) => response.writeHead(204).end();
  await send();
  const [heard] = target.heard;
  const { attempts: _, sequence: __, target: ___, ...told } = event;
  expect(JSON.parse(heard?.body ?? "")).toEqual({
    ...told,
    createdAt: "2026-03-01T11:59:59.000Z",
  });
  expect(heard?.headers).toMatchObject({
    "content-type": "application/json",
    "idempotency-key": event.id,
  });
  const request = { method: "POST", path: "/events?of=users", body: heard?.body ?? "" };
  const verify = createRequestVerifier({ key: signingKey, sender: "service", clock }, () => true);
  expect(await verify(String(heard?.headers[signatureHeader]), request)).toBe("");
});

test.each([200, 202, 204])("an answer of %d says that it arrived", async (status) => {
  behave = (_heard, response) => response.writeHead(status).end();
  await expect(send()).resolves.toBeUndefined();
});

test.each([301, 307, 400, 401, 404, 409, 500, 503])(
  "an answer of %d says that it must come again, and nothing is followed",
  async (status) => {
    behave = (_heard, response) =>
      response.writeHead(status, { location: `${target.url}/elsewhere` }).end();
    await expect(send()).rejects.toMatchObject({ code: `HTTP_${status}` });
    expect(target.heard).toHaveLength(1);
  },
);

test("a target that is not there, or hangs while the process stops, is a code", async () => {
  await expect(send("http://127.0.0.1:1/events")).rejects.toMatchObject({
    code: expect.stringMatching(/^[A-Z]+$/),
  });
  behave = () => undefined;
  const stopping = new AbortController();
  const sent = send(undefined, stopping.signal);
  setTimeout(() => stopping.abort(), 50);
  await expect(sent).rejects.toMatchObject({ code: "STOPPED" });
});
