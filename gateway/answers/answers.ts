import { createHash } from "node:crypto";
import type { Position } from "../../runtime/hearing/hearing.ts";
import { inOnePiece } from "../../runtime/in-one-piece.ts";
import type { Part } from "../../runtime/lifecycle.ts";
import type { Log } from "../../runtime/log.ts";
import type { RedisOutage } from "../../runtime/redis-outage.ts";
import type { Scope } from "../plan/program.ts";
import type { Freshness as Fresh } from "../request.ts";
import { Gathering } from "./gathering.ts";
import { createKeptCalls, type KeptCalls } from "./kept-calls.ts";
import { createSources, type Source } from "./sources.ts";
import { createStore, type Entry } from "./store.ts";
import { isRight } from "./warrant.ts";
import type { AnswersWatch } from "./watch.ts";

/** A whole answer that may be kept: its bytes, and for whom. */
export interface KeepableAnswer {
  readonly body: string | Buffer;
  /** Undefined: it may not be kept after all. */
  readonly freshness: () => Fresh | undefined;
}

/** What one engine keeps; another engine, with another schema, keeps its own. */
export interface AnswersOfEngine {
  /** @param key tells an answer of this engine from those of every other */
  find(key: string): KeepableAnswer | undefined;
  /** The same for who has looked before, and is not counted twice. */
  findNow(key: string): KeepableAnswer | undefined;
  /**
   * Gives an answer without errors that can say how long it is good, if all that it was made of may be kept. It is kept as a whole once all
   * its parts are: most answers are never asked for again, and to make one of kept parts costs little.
   */
  keep(key: string, body: string, scope: Scope, gathering: Gathering): KeepableAnswer | undefined;
  readonly calls: KeptCalls;
  gather(): Gathering;
  /** Up to where the drops of a subgraph have been heard; undefined while it has not said how. */
  position(subgraph: string): Position | undefined;
  /** Learns how from the header of an answer. */
  learn(subgraph: string, heard: string): void;
}

/** What was answered and may be answered again. */
export interface Answers extends Part {
  forEngine(): AnswersOfEngine;
  entries(): number;
  bytes(): number;
  /** The services whose drops are heard, and whether all of them that count are. */
  sources(): readonly Pick<Source, "identity" | "isCurrent">[];
}

export interface AnswersOptions {
  readonly redisUrl: string | undefined;
  /** That all of it may take, about. */
  readonly bytes: number;
  /** Milliseconds for which an old copy may stand in for a subgraph that gives no answer. */
  readonly staleFor: number;
  readonly watch: AnswersWatch;
  readonly log: Log;
  /** That of the process. */
  readonly outage?: RedisOutage;
}

/**
 * Keeps whole answers, and what they are made of. Docs: docs/consistency.md. With a Redis that cannot be reached, only what is kept by
 * time alone is served; nobody waits.
 */
export function createAnswers(options: AnswersOptions): Answers {
  const { bytes, log, outage, redisUrl, staleFor, watch } = options;
  const store = createStore<unknown>({ maxBytes: bytes, longer: staleFor, dropped: watch.dropped });
  const sources = createSources({ redisUrl, log, outage });
  const calls = createKeptCalls({ store, sources, staleFor, watch });
  let engines = 0;

  return {
    name: "answers",
    start: sources.start,
    stop: sources.stop,
    forEngine() {
      engines += 1;
      const engine = `${engines}`;
      const bySubgraph = new Map<string, Source>();
      const findNow = (key: string): KeepableAnswer | undefined => {
        const entry = store.fresh(key) as Entry<Whole> | undefined;
        return entry && keepable(entry.value, () => entry);
      };
      return {
        calls: (call, keeping, owner, ...others) =>
          calls(call, keeping, inOnePiece(engine, keeping.scope, owner), ...others),
        gather: () => new Gathering(),
        findNow,
        find(key) {
          const found = findNow(key);
          watch.looked("answer", found === undefined ? 0 : 1, found === undefined ? 1 : 0);
          return found;
        },
        keep(key, text, scope, gathering) {
          const again = gathering.again();
          const value = { body: again ? Buffer.from(text) : text, scope, etag: undefined };
          const entryOf = (): Entry<Whole> | undefined => {
            const whole = gathering.whole();
            return whole?.warrants.every(isRight) ? { ...whole, value } : undefined;
          };
          if (!again) return keepable(value, entryOf);
          const entry = entryOf();
          if (entry === undefined) return undefined;
          store.put(key, () => ({ entry, bytes: value.body.length }));
          return keepable(value, () => entry);
        },
        position: (subgraph) => bySubgraph.get(subgraph)?.position(),
        learn(subgraph, heard) {
          const source = sources.read(heard)?.source;
          if (source !== undefined) bySubgraph.set(subgraph, source);
        },
      };
    },
    entries: store.entries,
    bytes: store.bytes,
    sources: sources.all,
  };
}

interface Whole {
  readonly body: string | Buffer;
  readonly scope: Scope;
  /** Once somebody has asked for it. */
  etag: string | undefined;
}

/** @param entryOf is asked when somebody wants to know how fresh it is */
function keepable({ body }: Whole, entryOf: () => Entry<Whole> | undefined): KeepableAnswer {
  return {
    body,
    freshness() {
      const entry = entryOf();
      return entry && freshOf(entry);
    },
  };
}

function freshOf({ born, end, value }: Entry<Whole>): Fresh {
  return {
    scope: value.scope,
    age: Math.floor((performance.now() - born) / 1_000),
    maxAge: Math.round((end - born) / 1_000),
    etag: etagOf(value),
  };
}

function etagOf(whole: Whole): string {
  whole.etag ??= createHash("sha256").update(whole.body).digest("base64url").slice(0, 27);
  return whole.etag;
}
