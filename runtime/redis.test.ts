import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import { expect, test } from "@jest/globals";
import { until } from "../tests/harness/until.ts";
import { createLog } from "./log.ts";
import { createRedis } from "./redis.ts";

test("R62 the run of a server that was slow once, as it was asked for it, is learnt all the same", async () => {
  const sockets: Socket[] = [];
  let asked = 0;
  const server = createServer((socket) => {
    sockets.push(socket);
    socket.on("data", (bytes) => {
      // Commands that are not about the server itself need no more than an OK.
      const commands = bytes.toString().match(/\*\d+\r\n\$\d+\r\n\w+/g) ?? [];
      for (const command of commands) {
        if (!/info$/i.test(command)) socket.write("+OK\r\n");
        else {
          asked += 1;
          const info = "loading:0\r\nrun_id:abc\r\n";
          // The first question is whether it is ready, the second one goes unanswered in time.
          const answer = (): unknown => socket.write(`$${info.length}\r\n${info}\r\n`);
          if (asked === 2) setTimeout(answer, 100);
          else answer();
        }
      }
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" ? address?.port : undefined;
  const redis = createRedis({
    url: `redis://127.0.0.1:${port}`,
    name: "test",
    log: createLog("test", "silent"),
    commandTimeout: 50,
  });
  try {
    await redis.start();
    await until(async () => redis.run() === "abc");
    expect(asked).toBeGreaterThan(2);
  } finally {
    await redis.stop();
    for (const socket of sockets) socket.destroy();
    server.close();
  }
});
