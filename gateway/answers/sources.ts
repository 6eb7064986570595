import { randomUUID } from "node:crypto";
import { createDropMemory } from "../../runtime/hearing/drop-memory.ts";
import { createHearing, type Position, usualLease } from "../../runtime/hearing/hearing.ts";
import { namesOf } from "../../runtime/hearing/names.ts";
import type { Part } from "../../runtime/lifecycle.ts";
import type { Log } from "../../runtime/log.ts";
import { createRedis } from "../../runtime/redis.ts";
import { createRedisOutage, type RedisOutage } from "../../runtime/redis-outage.ts";
import { tagOfKey } from "./tags.ts";

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
  /** Whether one of the tags, in lower case as `tags.ts` fills them, was dropped after the drop of this number, or may have been. */
  droppedSince(tags: readonly string[], number: number): boolean;
}

/** The services whose drops are heard: those whose answers have named them. */
export interface Sources extends Part {
  /** The source with these names in Redis; one that is new begins to be heard. Undefined where nothing can be heard. */
  of(names: string): Source | undefined;
  all(): readonly Source[];
}

export interface SourcesOptions {
  /** Undefined: nothing can be heard. */
  readonly redisUrl: string | undefined;
  readonly log: Log;
  /** That of the process. */
  readonly outage?: RedisOutage | undefined;
  /** Hears of each drop what of it are tags. */
  readonly dropped: (source: Source, tags: readonly string[]) => void;
}

/** `supergraph:users:0123456789ab:ba9876543210:` */
const namesForm = /^supergraph:([\w.-]{1,64}:[0-9a-f]{12}):[0-9a-f]{12}:$/;
/** Sources of one gateway at most: a subgraph that makes names up shall not open connections for ever. */
const mostSources = 32;
/** Tags whose last drop is remembered; of more, all that is read at the time counts as dropped. */
const rememberedTags = 50_000;
/** Milliseconds that a command of Redis may take; no request waits for it. */
const commandTimeout = 500;

export function createSources(options: SourcesOptions): Sources {
  const { dropped, log, outage = createRedisOutage(log), redisUrl: url } = options;
  const replica = randomUUID();
  const known = new Map<string, { readonly source: Source; stop(): Promise<void> }>();
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
        drop(keys, number) {
          const tags = keys.flatMap((key) => tagOfKey(key) ?? []);
          memory.drop(tags, number);
          dropped(source, tags);
        },
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
      droppedSince: memory.droppedSince,
    };
    const started = stream.start().then(() => hearing.start());
    known.set(identity, { source, stop: () => started.then(() => hearing.stop()) });
    return source;
  }

  return {
    name: "drops of subgraphs",
    of(names) {
      const identity = namesForm.exec(names)?.[1];
      if (identity === undefined) return undefined;
      return known.get(identity)?.source ?? hear(identity);
    },
    all: () => [...known.values()].map(({ source }) => source),
    start: async () => void (writes && (await writes.start())),
    async stop() {
      await Promise.all([...known.values()].map((one) => one.stop()));
      if (writes) await writes.stop();
    },
  };
}
