import { describe, expect, test } from "@jest/globals";
import { examples } from "./all-examples.ts";
import { composeExample } from "./oracle-graph.ts";
import { type Finding, runRandom } from "./run.ts";

const seed = 46;
const count = Math.ceil(1_000 / examples.length);

const inWords = ({ difference, index, question }: Finding) =>
  `${index} ${difference.kind}: ${difference.detail}\n${question.document}\n${JSON.stringify(question.variables)}`;

describe(`random operations, the first ${count} of seed ${seed} for each example`, () => {
  test.each(examples)(
    "C46 C47 the gateway answers $name as a monolith does ($shows)",
    async (example) => {
      const graph = await composeExample(example);
      const findings = await runRandom(graph, { engine: "compiled", seed, count, mostShrunk: 3 });
      const mayRefuse = example.plannerFaults.length > 0;
      const wrong = findings.filter(({ difference: { kind } }) => kind !== "no plan" || !mayRefuse);
      expect(wrong.map(inWords)).toEqual([]);
    },
    120_000,
  );
});
