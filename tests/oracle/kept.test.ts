import { describe, expect, test } from "@jest/globals";
import { examples } from "./all-examples.ts";
import { withKeptFields } from "./keep-fields.ts";
import { startKeptEngine } from "./kept-engine.ts";
import { createMonolith } from "./monolith.ts";
import { composeExample } from "./oracle-graph.ts";
import { createRandom } from "./random.ts";
import { randomOperation } from "./random-operation.ts";
import { differenceOf } from "./run.ts";

const seed = 3_600;
const count = Math.ceil(600 / examples.length);

describe(`random operations of which everything is kept, the first ${count} of seed ${seed} for each example`, () => {
  test.each(examples)(
    "C46 the gateway answers $name as a monolith does, and again from what it has kept",
    async (example) => {
      const graph = await composeExample(withKeptFields(example));
      const monolith = createMonolith(graph);
      let hits = 0;
      const watch = {
        looked: (_: string, found: number) => {
          hits += found;
        },
        dropped: () => undefined,
        stale: () => undefined,
      };
      const gateway = await startKeptEngine(graph, watch);
      const mayRefuse = example.plannerFaults.length > 0;
      const wrong: string[] = [];
      for (let index = 0; index < count; index++) {
        const question = randomOperation(graph.api, example.ids, createRandom(seed + index));
        for (const time of ["cold", "warm"]) {
          const difference = await differenceOf(monolith, gateway.run, question);
          if (difference === undefined || (difference.kind === "no plan" && mayRefuse)) continue;
          wrong.push(
            `${index} ${time} ${difference.kind}: ${difference.detail}\n${question.document}`,
          );
        }
      }
      await gateway.stop();
      expect(wrong).toEqual([]);
      expect(hits).toBeGreaterThan(count / 4);
    },
    120_000,
  );
});
