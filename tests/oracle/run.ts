import { compareOutcomes, type Difference } from "./compare.ts";
import { type EngineName, startEngine } from "./engines.ts";
import { createMonolith } from "./monolith.ts";
import type { OracleGraph } from "./oracle-graph.ts";
import type { Question, RunOperation } from "./question.ts";
import { createRandom } from "./random.ts";
import { randomOperation } from "./random-operation.ts";
import { shrink } from "./shrink.ts";

/** An operation that a gateway answers differently than the monolith. */
export interface Finding {
  readonly graph: string;
  readonly engine: EngineName;
  readonly seed: number;
  readonly index: number;
  readonly question: Question;
  readonly difference: Difference;
}

interface Run {
  readonly engine: EngineName;
  readonly seed: number;
  readonly count: number;
  /** Findings are shrunk until there are this many; later ones are left as they are. */
  readonly mostShrunk: number;
}

/** Asks one engine `count` random operations over a graph. */
export async function runRandom(
  graph: OracleGraph,
  { count, engine, mostShrunk, seed }: Run,
): Promise<readonly Finding[]> {
  const monolith = createMonolith(graph);
  const gateway = await startEngine(engine, graph);
  const findings: Finding[] = [];
  try {
    for (let index = 0; index < count; index++) {
      const asked = randomOperation(graph.api, graph.example.ids, createRandom(seed + index));
      const first = await differenceOf(monolith, gateway.run, asked);
      if (first === undefined) continue;
      const isSame = async (smaller: Question) =>
        (await differenceOf(monolith, gateway.run, smaller))?.kind === first.kind;
      const isShrunk = findings.length < mostShrunk;
      const question = isShrunk ? await shrink(graph.api, asked, isSame) : asked;
      const difference = (await differenceOf(monolith, gateway.run, question)) ?? first;
      findings.push({ graph: graph.example.name, engine, seed, index, question, difference });
    }
  } finally {
    await gateway.stop();
  }
  return findings;
}

/** What an engine's answer has that the monolith's has not. */
export async function differenceOf(
  monolith: RunOperation,
  gateway: RunOperation,
  question: Question,
): Promise<Difference | undefined> {
  const expected = await monolith(question);
  try {
    return compareOutcomes(expected, await gateway(question));
  } catch (error) {
    return { kind: "threw", detail: (error as Error).message };
  }
}
