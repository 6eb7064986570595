import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { freePort } from "../../bench/house.ts";
import { createHttpDouble, type HttpDouble } from "../../tests/harness/http-double.ts";
import { createFront, type Front, markedUrl } from "./front.ts";

let front: Front;
let url: string;
let one: HttpDouble;
let two: HttpDouble;
let release: () => void;

beforeEach(async () => {
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  one = await createHttpDouble(async ({ path }, response) => {
    if (path.startsWith("/slow")) await held;
    if (path === "/broken") {
      response.write("half of");
      await held;
      response.destroy();
      return;
    }
    response.end("one");
  });
  two = await createHttpDouble(({ body, method, path }, response) => {
    response.writeHead(201, { "x-heard": `${method} ${path}` }).end(`two ${body}`);
  });
  const port = await freePort();
  front = createFront({ host: "127.0.0.1", port });
  await front.start();
  url = `http://127.0.0.1:${port}`;
});

afterEach(async () => {
  await front.stop();
  await Promise.all([one.stop(), two.stop()]);
});

const get = async (at: string): Promise<string> => (await fetch(at)).text();

test("a request goes to the process of its generation, one without to the newest", async () => {
  expect((await fetch(url)).status).toBe(503);
  front.lead(0, one.url);
  expect(await get(url)).toBe("one");
  front.lead(1, two.url);
  expect(await get(markedUrl(url, 0))).toBe("one");
  expect(await get(markedUrl(url, 1))).toBe("two ");
  expect(await get(markedUrl(url, 2))).toBe("two ");
  const posted = await fetch(`${url}/graphql?generation=1&a=b`, { method: "POST", body: "text" });
  expect([posted.status, posted.headers.get("x-heard"), await posted.text()]).toEqual([
    201,
    "POST /graphql?generation=1&a=b",
    "two text",
  ]);
  front.lead(0, one.url);
  expect(await get(url)).toBe("one");
});

test("a process is left once it has answered; its generation goes to the newest then", async () => {
  front.lead(0, one.url);
  const slow = get(`${url}/slow?generation=0`);
  while (one.heard.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  front.lead(1, two.url);
  let left = false;
  const leaving = front.leave(one.url).then(() => {
    left = true;
  });
  expect(await get(markedUrl(url, 0))).toBe("two ");
  expect(left).toBe(false);
  release();
  expect(await slow).toBe("one");
  await leaving;
});

test("an answer that breaks off is not waited for", async () => {
  front.lead(0, one.url);
  const broken = await fetch(`${url}/broken`);
  release();
  await expect(broken.text()).rejects.toThrow("terminated");
  await front.leave(one.url);
});

test("a process that is gone costs a 502, not the front", async () => {
  front.lead(0, one.url);
  await one.stop();
  expect((await fetch(url)).status).toBe(502);
  front.lead(0, two.url);
  expect(await get(url)).toBe("two ");
});
