import { setTimeout as sleep } from "node:timers/promises";
import { Redis } from "ioredis";
import { v7 as newId } from "uuid";
import { median } from "../load.ts";
import { measureSide, type Round, roundLine, sumOfRounds, totalCpu } from "./measure-side.ts";
import { createShots, type Questions, urlOf } from "./questions.ts";
import type { Side, Sides } from "./sides.ts";

/** Milliseconds after which the processes have noticed that Redis is empty, and fill it again. */
const noticed = 4_000;
/** Parts of what there is, each asked for at a time of its own: first, then again. */
const parts = 8;
/** As many more are asked for before, until all code has run often. */
const warmUps = 4;
/** Turns of each side in a part. */
const turns = 5;
/** Calls for what does not exist, for the same reason. */
const nothings = 3_000;

export interface MissesOptions {
  /** All that there is. */
  readonly ids: readonly string[];
  /** In one call. */
  readonly pageSize: number;
  readonly connections: number;
}

/**
 * What a cache costs that has nothing: each thing is asked for once that nobody has asked for before, and once more after everything was
 * forgotten, when it is kept. How much dearer it is than none is the median of what it was in each turn, when the sides came right after
 * each other: a shared machine is slower for a second, not for a part of one.
 * @param ask for the entities of some pages
 */
export async function* misses(
  sides: Sides,
  ask: (pages: readonly (readonly string[])[]) => Questions,
  { connections, ids, pageSize }: MissesOptions,
): AsyncGenerator<string> {
  const measured = {
    first: { on: [] as Round[], off: [] as Round[] },
    again: { on: [] as Round[], off: [] as Round[] },
  };

  /** Each side is asked the same, equally often; the answers of the one must be those of the other. */
  async function once(
    side: Side,
    questions: Questions,
    answers: Map<string, Buffer>,
  ): Promise<Round> {
    let next = 0;
    return measureSide(side, {
      url: urlOf(questions, side.house),
      connections,
      headers: {},
      until: { requests: questions.bodies.length },
      next: createShots(side, questions, answers, () => next++),
    });
  }

  const nobody = ask(
    pagesOf(
      Array.from({ length: nothings * pageSize }, () => newId()),
      pageSize,
    ),
  );
  for (const side of [sides.on, sides.off]) await once(side, nobody, new Map());
  const pages = pagesOf(mixed(ids), pageSize);
  const most = Math.floor(pages.length / (warmUps + parts) / turns);
  const both = [sides.on, sides.off];
  for (let part = -warmUps; part < parts; part++) {
    const answers = new Map<string, Buffer>();
    for (const time of ["first", "again"] as const) {
      await Promise.all(both.map(forgetAll));
      await sleep(noticed);
      for (let turn = 0; turn < turns; turn++) {
        const from = ((part + warmUps) * turns + turn) * most;
        const questions = ask(pages.slice(from, from + most));
        for (const side of turn % 2 === 0 ? both : both.toReversed()) {
          const round = await once(side, questions, answers);
          if (part >= 0) measured[time][side.cache].push(round);
        }
      }
    }
  }
  for (const time of ["first", "again"] as const) {
    const { off, on } = measured[time];
    const name = `miss-${ask([]).name}-${time}`;
    yield roundLine(name, "on", sumOfRounds(on));
    yield roundLine(name, "off", sumOfRounds(off));
    const ratios = on.map((round, turn) => totalCpu(round) / totalCpu(off[turn] as Round));
    yield `cache ${name} dearer_percent ${((median(ratios) - 1) * 100).toFixed(1)}`;
  }
}

async function forgetAll({ redisUrl }: Side): Promise<void> {
  const redis = new Redis(redisUrl);
  await redis.flushall();
  redis.disconnect();
}

/** In an order of their own. */
function mixed(ids: readonly string[]): readonly string[] {
  return ids
    .map((id) => ({ id, at: Math.random() }))
    .toSorted((one, other) => one.at - other.at)
    .map(({ id }) => id);
}

function pagesOf(ids: readonly string[], size: number): readonly (readonly string[])[] {
  const pages = Math.floor(ids.length / size);
  return Array.from({ length: pages }, (_, page) => ids.slice(page * size, (page + 1) * size));
}
