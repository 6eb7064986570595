import { randomUUID } from "node:crypto";
import { LRUCache } from "lru-cache";
import { createDropMemory } from "../../runtime/hearing/drop-memory.ts";
import { createHearing, type Position, usualLease } from "../../runtime/hearing/hearing.ts";
import { namesOf } from "../../runtime/hearing/names.ts";
import type { Part } from "../../runtime/lifecycle.ts";
import type { Log } from "../../runtime/log.ts";
import { createRedis } from "../../runtime/redis.ts";
import { createRedisOutage, type RedisOutage } from "../../runtime/redis-outage.ts";
import { listOf, type Tags, tagOfKey } from "./tags.ts";

/** A service's data, of which this gateway hears what is dropped. */
export interface Source {
  /** What of its names is the same on every server of Redis. */
  readonly identity: string;
  /** Whether every drop was heard that a write may count on. */
  isCurrent(): boolean;
  /** Up to which drop it has heard; undefined while it hears nothing. */
  position(): Position | undefined;
  /** Another one after something may have been missed: nothing that was kept before counts any more. */
  generation(): number;
  /** Whether one of the tags was dropped after the drop of this number, or may have been. */
  droppedSince(tags: Tags, number: number): boolean;
}

/** How new an answer is, as its subgraph says. */
export interface Heard {
  /** The service whose drops make it old. */
  readonly source: Source;
  readonly at: string;
  /** Up to which drop it has all; undefined: it has all that was committed before it was asked. */
  readonly upTo: Pick<Position, "epoch" | "number"> | undefined;
}

/** The services whose drops are heard: those whose answers have named them. */
export interface Sources extends Part {
  /** Reads the header of an answer; a source that is new begins to be heard. Undefined where nothing can be heard. */
  read(heard: string): Heard | undefined;
  all(): readonly Source[];
}

export interface SourcesOptions {
  /** Undefined: nothing can be heard. */
  readonly redisUrl: string | undefined;
  readonly log: Log;
  /** That of the process. */
  readonly outage?: RedisOutage | undefined;
}

/** `supergraph:users:0123456789ab:ba9876543210: EPOCH 17`; `* *` for the last two: all that was committed. */
const form =
  /^(supergraph:([\w.-]{1,64}:[0-9a-f]{12}):[0-9a-f]{12}:) (?:(\S{1,64}) (\d{1,15})|\* \*)$/;
/** Headers that are read once: as long as nothing is dropped, all that one replica gives are alike. */
const rememberedHeaders = 64;
/** Sources of one gateway at most: a subgraph that makes names up shall not open connections for ever. */
const mostSources = 32;
/** Tags whose last drop is remembered; what was kept before the oldest of them counts as dropped. */
const rememberedTags = 100_000;
/** Milliseconds that a command of Redis may take; no request waits for it. */
const commandTimeout = 500;

export function createSources(options: SourcesOptions): Sources {
  const { log, outage = createRedisOutage(log), redisUrl: url } = options;
  const replica = randomUUID();
  const known = new Map<string, { readonly source: Source; stop(): Promise<void> }>();
  const headers = new LRUCache<string, Heard>({ max: rememberedHeaders });
  const common = { log, outage };
  const writes =
    url && createRedis({ ...common, url, name: "gateway-answers-writes", commandTimeout });

  function hear(identity: string): Source | undefined {
    if (!url || !writes || known.size === mostSources) return undefined;
    const stream = createRedis({
      ...common,
      url,
      name: `gateway-answers-${identity.split(":")[0]}`,
    });
    const memory = createDropMemory(rememberedTags);
    let generation = 0;
    const hearing = createHearing({
      names: { at: (run) => run && namesOf(identity, run) },
      replica,
      copies: {
        drop: (keys, number) =>
          memory.drop(
            keys.flatMap((key) => tagOfKey(key) ?? []),
            number,
          ),
        flush(number) {
          generation += 1;
          memory.flush(number);
        },
      },
      stream,
      writes,
      lease: usualLease,
      log,
    });
    const source: Source = {
      identity,
      isCurrent: hearing.isCurrent,
      position: hearing.position,
      generation: () => generation,
      droppedSince: (tags, number) =>
        memory.anySince(number) && memory.droppedSince(listOf(tags), number),
    };
    const started = stream.start().then(() => hearing.start());
    known.set(identity, { source, stop: () => started.then(() => hearing.stop()) });
    return source;
  }

  return {
    name: "drops of subgraphs",
    read(header) {
      const before = headers.get(header);
      if (before !== undefined) return before;
      const [, at, identity, epoch, number] = form.exec(header) ?? [];
      if (at === undefined || identity === undefined) return undefined;
      const source = known.get(identity)?.source ?? hear(identity);
      if (source === undefined) return undefined;
      const upTo = epoch === undefined ? undefined : { epoch, number: Number(number) };
      const heard = { source, at, upTo };
      headers.set(header, heard);
      return heard;
    },
    all: () => [...known.values()].map(({ source }) => source),
    start: async () => void (writes && (await writes.start())),
    async stop() {
      await Promise.all([...known.values()].map((one) => one.stop()));
      if (writes) await writes.stop();
    },
  };
}
