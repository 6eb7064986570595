import { setTimeout as sleep } from "node:timers/promises";
import { Redis } from "ioredis";
import { measureSide, medianRound, type Round, roundLine, totalCpu } from "./measure-side.ts";
import { createShots, learnAnswers, type Questions, urlOf } from "./questions.ts";
import type { Side, Sides } from "./sides.ts";

/** Milliseconds after which the processes have noticed that Redis is empty, and fill it again. */
const noticed = 4_000;

/**
 * Each thing asked for once after everything was forgotten: what a cache costs that has nothing. Fresh questions for each round, so
 * that the gateway has not kept an answer either.
 */
export async function* misses(
  sides: Sides,
  rounds: readonly Questions[],
  connections: number,
): AsyncGenerator<string> {
  const measured: Record<Side["cache"], Round[]> = { on: [], off: [] };
  for (const questions of rounds) {
    const answers = await learnAnswers(sides.off, questions);
    for (const side of [sides.off, sides.on]) {
      await forgetAll(side);
      let next = 0;
      const load = {
        url: urlOf(questions, side.house),
        connections,
        headers: {},
        until: { requests: questions.bodies.length },
        next: createShots(side, questions, answers, () => next++),
      };
      measured[side.cache].push(await measureSide(side, load));
    }
  }
  const [on, off] = [medianRound(measured.on), medianRound(measured.off)];
  const name = `miss-${rounds[0]?.name}`;
  yield roundLine(name, "on", on);
  yield roundLine(name, "off", off);
  const dearer = (totalCpu(on) / totalCpu(off) - 1) * 100;
  yield `cache ${name} dearer_percent ${dearer.toFixed(1)}`;
}

async function forgetAll({ redisUrl }: Side): Promise<void> {
  const redis = new Redis(redisUrl);
  await redis.flushall();
  redis.disconnect();
  await sleep(noticed);
}
