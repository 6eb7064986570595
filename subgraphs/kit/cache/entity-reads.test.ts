import { expect, test } from "@jest/globals";
import { createNewcomers } from "../../../runtime/newcomers.ts";
import { createCacheMetrics } from "./cache-metrics.ts";
import { createEntityReads, type EntityKind, type EntityReads } from "./entity-reads.ts";
import { createFirstLevel } from "./first-level.ts";

/** Milliseconds. A copy may be read anew for the last third of its life: a machine that stands still for less than that is no fault. */
const [life, loadTime] = [1_500, 60];

interface Source {
  readonly reads: EntityReads;
  value(kind: EntityKind): Promise<string | null | undefined>;
  readonly loads: () => number;
  drop(keys: readonly string[]): void;
}

/** One process' reads of rows that take a while to load. */
function createSource(): Source {
  const first = createFirstLevel({ maxRows: 100, ttl: life });
  const reads = createEntityReads({
    first,
    isCurrent: () => true,
    isUnsettled: () => false,
    second: undefined,
    newcomers: createNewcomers({ perSecond: 100, memory: 60_000, places: 1_024 }),
    apart: (work) => work(),
    metrics: createCacheMetrics({ size: first.size, isCurrent: () => true }),
  });
  let loads = 0;
  const load = async (ids: readonly string[]) => {
    loads += 1;
    const value = `load ${loads}`;
    await pause(loadTime);
    return new Map(ids.map((id) => [id, value]));
  };
  return {
    reads,
    value: async (kind) => (await reads.read<string>(kind, ["a"], load)).get("a"),
    loads: () => loads,
    drop: first.drop,
  };
}

/** Reads without a pause for a while; gives how many of the reads had to wait for a load. */
async function waitsOf({ value }: Source, kind: EntityKind): Promise<number> {
  let waits = 0;
  const end = performance.now() + 4 * life;
  while (performance.now() < end) {
    let done = false;
    const read = value(kind).then(() => {
      done = true;
    });
    await pause(1);
    if (!done) waits += 1;
    await read;
  }
  return waits;
}

const open: EntityKind = { name: "open", version: 1, isPublic: () => true };
const closed: EntityKind = { name: "closed", version: 1 };

test("R63 what anyone may read and everybody wants is loaded anew before it ends, once at a time, and nobody waits", async () => {
  const source = createSource();
  await source.value(open);
  expect(await waitsOf(source, open)).toBe(0);
  expect(source.loads()).toBeGreaterThan(3);
  // One for each time that two thirds of a life are over, up to a fifth sooner.
  expect(source.loads()).toBeLessThan(12);
});

test("what only some may read ends, and the next one waits", async () => {
  const source = createSource();
  await source.value(closed);
  expect(await waitsOf(source, closed)).toBeGreaterThan(1);
});

test("what is read anew is not kept when it is dropped meanwhile", async () => {
  const source = createSource();
  expect(await source.value(open)).toBe("load 1");
  await pause(life * 0.7);
  expect(await source.value(open)).toBe("load 1");
  expect(source.loads()).toBe(2);
  source.drop(["open:a"]);
  expect(await source.value(open)).toBe("load 3");
  await pause(loadTime);
  expect(await source.value(open)).toBe("load 3");
});

test("what is kept under tags goes with each of them, and with no other", async () => {
  const source = createSource();
  const page: EntityKind = { name: "page", version: 1, tags: () => ["one", "two"] };
  expect(await source.value(page)).toBe("load 1");
  source.drop(["three"]);
  expect(await source.value(page)).toBe("load 1");
  source.drop(["two"]);
  expect(await source.value(page)).toBe("load 2");
});

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
