import { once } from "node:events";
import { connect } from "node:net";
import { expect, test } from "@jest/globals";
import { createHttpServer } from "./http-server.ts";
import { createLog } from "./log.ts";

test("R60 a stop waits for no connection on which nothing was ever sent, and for a request that is under way", async () => {
  const server = createHttpServer({
    host: "127.0.0.1",
    port: 0,
    log: createLog("test", "silent"),
    ready: () => true,
    bodyLimit: 1_000,
  });
  server.app.get("/slow", () => new Promise((resolve) => setTimeout(resolve, 800, "done")));
  await server.start();
  const silent = connect(Number(new URL(server.url()).port), "127.0.0.1");
  await once(silent, "connect");
  const slow = fetch(`${server.url()}/slow`);
  await new Promise((resolve) => setTimeout(resolve, 100));
  const began = performance.now();
  const closed = once(silent, "close");
  await server.stop();
  expect(performance.now() - began).toBeLessThan(5_000);
  expect(await (await slow).text()).toBe("done");
  await closed;
});
