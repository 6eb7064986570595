import type { Until } from "../gateways/fire.ts";
import { measureSide, medianRound, type Round, ratioLine, roundLine } from "./measure-side.ts";
import { createShots, learnAnswers, type Questions, urlOf } from "./questions.ts";
import type { Side, Sides } from "./sides.ts";
import { zipfRank } from "./zipf.ts";

export interface LoadOptions {
  readonly connections: number;
  readonly rounds: number;
  /** Milliseconds of one round. */
  readonly duration: number;
}

/** The same things asked for again and again, a few most of the time: with the cache and without, in turn. */
export async function* hotReads(
  sides: Sides,
  questions: Questions,
  options: LoadOptions,
): AsyncGenerator<string> {
  const answers = await learnAnswers(sides.off, questions);
  const rounds: Record<Side["cache"], Round[]> = { on: [], off: [] };

  async function round(side: Side, until: Until, at: () => number): Promise<Round> {
    return measureSide(side, {
      url: urlOf(questions, side.house),
      connections: options.connections,
      headers: {},
      until,
      next: createShots(side, questions, answers, at),
    });
  }

  const both = [sides.on, sides.off];
  const { length } = questions.bodies;
  for (const side of both) {
    // Each thing once, the hottest last, and so all is cached that can be.
    let next = length;
    await round(side, { requests: length }, () => --next);
  }
  for (let number = 0; number < options.rounds; number++) {
    for (const side of number % 2 === 0 ? both : both.toReversed()) {
      const until = { milliseconds: options.duration };
      rounds[side.cache].push(await round(side, until, () => zipfRank(length)));
    }
  }
  const [on, off] = [medianRound(rounds.on), medianRound(rounds.off)];
  yield roundLine(questions.name, "on", on);
  yield roundLine(questions.name, "off", off);
  yield ratioLine(questions.name, on, off);
}
