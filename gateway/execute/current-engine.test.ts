import { expect, test } from "@jest/globals";
import { anonymous } from "../../runtime/identity.ts";
import { createSupergraph } from "../plan/supergraph.ts";
import type { Answer, Request } from "../request.ts";
import { createCurrentEngine } from "./current-engine.ts";

const request: Request = {
  id: "1",
  method: "POST",
  headers: {},
  search: "",
  body: {},
  viewer: anonymous,
};

const answer = (body: string): Answer => ({ status: 200, headers: new Map(), body });

test("a request ends in the engine in which it began, and that engine is stopped after it", async () => {
  const events: string[] = [];
  let release = (): void => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const current = createCurrentEngine(async ({ sdl }) => ({
    async answer() {
      if (sdl === "old") await held;
      return answer(sdl);
    },
    async stop() {
      events.push(`${sdl} stopped`);
    },
  }));
  await expect(current.answer(request)).rejects.toMatchObject({
    extensions: { code: "NOT_READY" },
  });
  expect(current.ready()).toBe(false);

  await current.use(createSupergraph("old"));
  const slow = current.answer(request);
  await current.use(createSupergraph("new"));
  expect((await current.answer(request)).body).toBe("new");
  expect(events).toEqual([]);
  release();
  expect((await slow).body).toBe("old");
  expect(events).toEqual(["old stopped"]);
  await current.stop();
  expect(events).toEqual(["old stopped", "new stopped"]);
});

test("R59 a supergraph that no engine can be made of leaves the one before in place", async () => {
  const current = createCurrentEngine(async ({ sdl }) => {
    if (sdl === "broken") throw new Error("no");
    return { answer: async () => answer(sdl), stop: async () => {} };
  });
  await current.use(createSupergraph("good"));
  await expect(current.use(createSupergraph("broken"))).rejects.toThrow("no");
  expect((await current.answer(request)).body).toBe("good");
});
