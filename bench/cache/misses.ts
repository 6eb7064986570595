import { setTimeout as sleep } from "node:timers/promises";
import { v7 as newId } from "uuid";
import { median } from "../load.ts";
import { measureSide, type Round, roundLine, sumOfRounds, totalCpu } from "./measure-side.ts";
import { createShots, type Questions, urlOf } from "./questions.ts";
import { emptyRedis, type Side, type Sides } from "./sides.ts";

/** Milliseconds after which the processes have noticed that Redis is empty, and fill it again. */
const noticed = 4_000;
/** How often the processes are started anew: two of the same program differ by some percent as long as they run. */
const restarts = 6;
/** Parts of what there is, each asked for at a time of its own; the last of them once more, after the last but one. */
const parts = 3;
/** As many more are asked for before, until all code has run often. */
const warmUps = 3;
/** Turns of each side in a part. */
const turns = 3;
/** Calls for what does not exist, for the same reason. */
const nothings = 10_000;

export interface MissesOptions {
  /** All that there is. */
  readonly ids: readonly string[];
  /** In one call. */
  readonly pageSize: number;
  readonly connections: number;
}

/**
 * What a cache costs that has nothing: each thing is asked for once that nobody has asked for before, and some once more after everything
 * was forgotten, when they are kept. How much dearer it is than none is the median of what it was in each turn, when the sides came right after
 * each other, as a shared machine is slower for a second, not for a part of one; and then that of several starts.
 * @param ask for the entities of some pages
 */
export async function* misses(
  sides: Sides,
  ask: (pages: readonly (readonly string[])[]) => Questions,
  { connections, ids, pageSize }: MissesOptions,
): AsyncGenerator<string> {
  /** Each side is asked the same, equally often; the answers of the one must be those of the other. */
  async function once(
    side: Side,
    questions: Questions,
    answers: Map<string, Buffer> | undefined,
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

  async function measure(): Promise<Times> {
    const both = [sides.on, sides.off];
    const nobody = pagesOf(
      Array.from({ length: nothings * pageSize }, () => newId()),
      pageSize,
    );
    // Connections to the database that all are opened at once on one core may take longer than requests wait for them.
    for (const side of both) await once(side, ask(nobody), undefined);
    const pages = pagesOf(mixed(ids), pageSize);
    const most = Math.floor(pages.length / (warmUps + parts) / turns);
    const answers = Array.from({ length: warmUps + parts }, () => new Map<string, Buffer>());
    const measured = { first: noRounds(), again: noRounds() };

    async function askPart(part: number, time: Time, counts: boolean): Promise<void> {
      if (time === "again") await forget(both);
      for (let turn = 0; turn < turns; turn++) {
        const from = (part * turns + turn) * most;
        const questions = ask(pages.slice(from, from + most));
        for (const side of turn % 2 === 0 ? both : both.toReversed()) {
          const round = await once(side, questions, answers[part]);
          if (counts) measured[time][side.cache].push(round);
        }
      }
    }

    const last = warmUps + parts - 1;
    for (let part = 0; part <= last; part++) await askPart(part, "first", part >= warmUps);
    // Then: what is kept would have its garbage collected later, and be counted for what comes for the first time.
    await askPart(last - 1, "again", false);
    await askPart(last, "again", true);
    return measured;
  }

  const { name } = ask([]);
  const starts: Times[] = [];
  for (let start = 0; start < restarts; start++) {
    // Each house has the cache as often as the other.
    await sides.swap();
    const measured = await measure();
    starts.push(measured);
    const dearer = times.map((time) => `${time} ${percent(dearerOf(measured[time]))}`);
    yield `cache miss-${name} start ${start + 1} dearer_percent ${dearer.join(" ")}`;
  }
  for (const time of times) {
    for (const cache of ["on", "off"] as const) {
      const rounds = starts.flatMap((measured) => measured[time][cache]);
      yield roundLine(`miss-${name}-${time}`, cache, sumOfRounds(rounds));
    }
    const all = starts.map((measured) => dearerOf(measured[time]));
    yield `cache miss-${name}-${time} dearer_percent ${percent(median(all))}`;
  }
}

const times = ["first", "again"] as const;
type Time = (typeof times)[number];

type Rounds = Readonly<Record<Side["cache"], Round[]>>;
type Times = Readonly<Record<Time, Rounds>>;

function noRounds(): Rounds {
  return { on: [], off: [] };
}

/** How many times as much CPU as without a cache. */
function dearerOf({ off, on }: Rounds): number {
  return median(on.map((round, turn) => totalCpu(round) / totalCpu(off[turn] as Round)));
}

function percent(ratio: number): string {
  return ((ratio - 1) * 100).toFixed(1);
}

async function forget(sides: readonly Side[]): Promise<void> {
  await Promise.all(sides.map(({ redisUrl }) => emptyRedis(redisUrl)));
  await sleep(noticed);
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
