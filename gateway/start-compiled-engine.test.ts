import { expect, test } from "@jest/globals";
import { systemClock } from "../runtime/clock.ts";
import { childrenOf } from "../tests/harness/processes.ts";
import { envToConfig } from "./config.ts";
import { compose } from "./plan/compose.ts";
import { createSupergraph } from "./plan/supergraph.ts";
import { startCompiledEngine } from "./start-compiled-engine.ts";

type Surroundings = Parameters<typeof startCompiledEngine>[2];

const nothing = (): void => {};

test("whatever keeps an engine from being made, its planner ends", async () => {
  const sdl = await compose([
    { name: "books", url: "http://localhost", place: "books", sdl: "type Query { title: String }" },
  ]);
  let planners: readonly unknown[] = [];
  const surroundings = {
    clock: systemClock,
    config: envToConfig({ SUPERGRAPH: "supergraph.graphql" }),
    policies: { names: [] },
    trusted: () => [],
    watch: {
      started() {
        planners = ownPlanners();
      },
      planned: nothing,
      waiting: nothing,
      restarted: nothing,
      failed: nothing,
      priorityKept: nothing,
    },
    watchStore() {
      throw new Error("a fault of ours");
    },
    watchCosts: {},
  } as unknown as Surroundings;
  const starting = startCompiledEngine(createSupergraph(sdl), undefined, surroundings);
  await expect(starting).rejects.toThrow("a fault of ours");
  expect(planners).toHaveLength(1);
  expect(ownPlanners()).toEqual([]);
});

function ownPlanners(): readonly unknown[] {
  return childrenOf(process.pid).filter(({ command }) => command.includes("planner-main"));
}
