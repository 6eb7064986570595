import { setTimeout as sleep } from "node:timers/promises";
import { Redis } from "ioredis";
import { v7 as newId } from "uuid";
import { measureSide, type Round, roundLine, sumOfRounds, totalCpu } from "./measure-side.ts";
import { createShots, type Questions, urlOf } from "./questions.ts";
import type { Side, Sides } from "./sides.ts";

/** Milliseconds after which the processes have noticed that Redis is empty, and fill it again. */
const noticed = 4_000;
/** Parts of what there is, each asked for at a time of its own: first, then again. */
const parts = 3;
/** Calls for what does not exist, until all code has run often. */
const warmUp = 6_000;

export interface MissesOptions {
  /** All that there is. */
  readonly ids: readonly string[];
  /** In one call. */
  readonly pageSize: number;
  readonly connections: number;
}

/**
 * What a cache costs that has nothing: each thing is asked for once that nobody has asked for before, and once more after everything was
 * forgotten, when it is kept.
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
      Array.from({ length: warmUp * pageSize }, () => newId()),
      pageSize,
    ),
  );
  for (const side of [sides.on, sides.off]) await once(side, nobody, new Map());
  const pages = pagesOf(mixed(ids), pageSize);
  const most = Math.ceil(pages.length / parts);
  for (let part = 0; part < parts; part++) {
    const questions = ask(pages.slice(part * most, (part + 1) * most));
    const answers = new Map<string, Buffer>();
    for (const time of ["first", "again"] as const) {
      const both = [sides.on, sides.off];
      await Promise.all(both.map(forgetAll));
      await sleep(noticed);
      for (const side of part % 2 === 0 ? both : both.toReversed()) {
        measured[time][side.cache].push(await once(side, questions, answers));
      }
    }
  }
  for (const time of ["first", "again"] as const) {
    const [on, off] = [sumOfRounds(measured[time].on), sumOfRounds(measured[time].off)];
    const name = `miss-${ask([]).name}-${time}`;
    yield roundLine(name, "on", on);
    yield roundLine(name, "off", off);
    const dearer = (totalCpu(on) / totalCpu(off) - 1) * 100;
    yield `cache ${name} dearer_percent ${dearer.toFixed(1)}`;
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
