import { LRUCache } from "lru-cache";
import { InFlight } from "../in-flight.ts";
import type { Part } from "../lifecycle.ts";
import type { Log } from "../log.ts";
import type { Redis } from "../redis.ts";
import { type Names, namesAt } from "./names.ts";
import { leave, register } from "./registration.ts";

/** How this replica hears what others drop, and what it may serve meanwhile. */
export interface Hearing extends Part {
  /** Whether every drop was heard that a write may count on: only then may its copies answer. */
  isCurrent(): boolean;
  /** Up to which drop it has heard; undefined while it hears nothing. */
  position(): Position | undefined;
  /** Waits until all replicas have heard of a drop, `patience` milliseconds at most. Gives whether they have. */
  heardByAll(dropped: Dropped, patience: number): Promise<boolean>;
}

/** What a replica keeps of its own. */
export interface Copies {
  /** @param number of the drop */
  drop(keys: readonly string[], number: number): void;
  /** Drops everything: of drops up to `number` some were not heard. */
  flush(number: number): void;
}

/** A place in the order of drops. */
export interface Position {
  /** What the names of the service begin with. */
  readonly at: string;
  /** Of the guard: numbers of two epochs have no order. */
  readonly epoch: string;
  /** Of the last drop that was heard. */
  readonly number: number;
}

/** A drop that Redis has made. */
export interface Dropped {
  readonly epoch: string;
  readonly number: number;
  /** Milliseconds in which replicas may serve of which the guard does not know yet. */
  readonly unknown: number;
  /** Replicas that may still serve a copy of their own. */
  readonly replicas: readonly string[];
}

export interface HearingOptions {
  readonly names: Names;
  readonly replica: string;
  readonly copies: Copies;
  /** A connection of its own: its reads block. */
  readonly stream: Redis;
  readonly writes: Redis;
  /** Milliseconds. */
  readonly lease: number;
  readonly log: Log;
}

interface Waiting {
  readonly dropped: Dropped;
  readonly missing: Set<string>;
  readonly done: () => void;
}

type Messages = readonly [stream: string, messages: readonly [id: string, fields: string[]][]][];

/** Milliseconds for which a replica may serve what it has heard nothing against. */
export const usualLease = 3_000;
/** Milliseconds that one read of the streams waits. */
const block = 1_000;
const retryAfter = 250;

/**
 * A replica serves its own copies only for a lease, which it takes from the moment at which it asked for the number of the last drop,
 * and only once it has heard that drop; so a drop of that moment or before is gone from its copies. It registers with the same
 * question: whoever drops knows from whom to await that they have heard, or waits until the lease is over.
 */
export function createHearing(options: HearingOptions): Hearing {
  const { copies, lease, log, names, replica, stream, writes } = options;
  let currentUntil = 0;
  let position: Position | undefined;
  let pending: { readonly number: number; readonly until: number } | undefined;
  let stopped = false;
  let listening: Promise<void> = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;
  const waiting = new InFlight<Waiting, Waiting>();
  const witness = writes.outage.asker("hearing of drops");
  /** How far each other replica has heard, as it said last. */
  const heard = new LRUCache<string, Pick<Position, "epoch" | "number">>({ max: 1_000 });
  const acks = (at: string, writer: string): string => `${at}acks:${writer}`;

  function lose(): void {
    currentUntil = 0;
    position = undefined;
    pending = undefined;
    copies.flush(Number.POSITIVE_INFINITY);
  }

  async function listen(): Promise<void> {
    while (!stopped) {
      try {
        await follow();
      } catch (error) {
        log.debug({ err: error }, "drops of other replicas are not heard");
      }
      lose();
      if (!stopped) await new Promise((resolve) => setTimeout(resolve, retryAfter));
    }
  }

  /** Follows the streams of one server until it cannot be reached. */
  async function follow(): Promise<void> {
    const run = stream.run();
    if (run !== writes.run()) return;
    const at = namesAt(names, run);
    const { epoch, number, last } = await register(writes, at, replica, lease);
    copies.flush(number);
    position = { at, epoch, number };
    let drops = last;
    let acked = "0-0";
    while (!stopped && stream.run() === run && writes.run() === run) {
      const answer = (await stream.client.xread(
        "BLOCK",
        block,
        "STREAMS",
        `${at}drops`,
        acks(at, replica),
        drops,
        acked,
      )) as Messages | null;
      for (const [name, messages] of answer ?? []) {
        const newest = messages.at(-1)?.[0];
        if (newest === undefined) continue;
        if (name === `${at}drops`) {
          drops = newest;
          hear(messages.map(([, fields]) => fieldsOf(fields)));
        } else {
          acked = newest;
          for (const [, fields] of messages) noteAck(fieldsOf(fields));
        }
      }
    }
  }

  function hear(messages: readonly Readonly<Record<string, string>>[]): void {
    const toAck = new Map<string, Position>();
    for (const { by = "", epoch = "", keys = "[]", number } of messages) {
      if (position === undefined) return;
      const missedSome = epoch !== position.epoch || Number(number) > position.number + 1;
      if (missedSome) copies.flush(Number(number));
      else copies.drop(JSON.parse(keys) as string[], Number(number));
      const newest = missedSome ? Number(number) : Math.max(position.number, Number(number));
      position = { ...position, epoch, number: newest };
      if (by !== "" && by !== replica) toAck.set(by, position);
    }
    extend();
    for (const [writer, { at, epoch, number }] of toAck) {
      const stream = acks(at, writer);
      writes.client
        .pipeline()
        .xadd(
          stream,
          "MAXLEN",
          "~",
          1_000,
          "*",
          "replica",
          replica,
          "epoch",
          epoch,
          "number",
          number,
        )
        .pexpire(stream, 60_000)
        .exec()
        .catch(() => undefined);
    }
  }

  function noteAck({
    epoch = "",
    number,
    replica: by = "",
  }: Readonly<Record<string, string>>): void {
    heard.set(by, { epoch, number: Number(number) });
    for (const one of waiting.values()) {
      if (!hasHeard(by, one.dropped)) continue;
      one.missing.delete(by);
      if (one.missing.size === 0) one.done();
    }
  }

  function hasHeard(by: string, { epoch, number }: Dropped): boolean {
    const said = heard.get(by);
    return said !== undefined && said.epoch === epoch && said.number >= number;
  }

  /** Takes the lease that was asked for, once the drops before it are heard. */
  function extend(): void {
    if (pending === undefined || position === undefined || position.number < pending.number) return;
    currentUntil = Math.max(currentUntil, pending.until);
    pending = undefined;
  }

  async function renew(): Promise<void> {
    const before = position;
    if (before === undefined) return;
    const asked = performance.now();
    const answer = await register(writes, before.at, replica, lease).catch((error: unknown) => {
      if (!stopped) witness.failed(error);
      throw error;
    });
    witness.works();
    if (position === undefined || position.at !== before.at) return;
    const otherEpoch = answer.epoch !== before.epoch && answer.epoch !== position.epoch;
    // A message that is missing since the last question will not come any more.
    const lost = pending !== undefined && position.number < pending.number;
    if (otherEpoch || lost) {
      copies.flush(answer.number);
      position = { ...position, epoch: answer.epoch, number: answer.number };
    }
    const good = Math.min(lease, answer.watermark) * 0.95;
    pending = { number: answer.number, until: asked + good };
    extend();
  }

  function schedule(): void {
    timer = setTimeout(() => {
      renew()
        .catch(() => undefined)
        .finally(() => {
          if (!stopped) schedule();
        });
    }, lease / 8);
    timer.unref();
  }

  return {
    name: "cache hearing",
    isCurrent: () => performance.now() < currentUntil,
    position: () => position,
    heardByAll: (dropped, patience) =>
      new Promise((resolve) => {
        const missing = new Set(dropped.replicas.filter((by) => !hasHeard(by, dropped)));
        if (missing.size === 0) return resolve(true);
        const timer = setTimeout(() => end(false), patience);
        const one: Waiting = { dropped, missing, done: () => end(true) };
        function end(heard: boolean): void {
          clearTimeout(timer);
          waiting.delete(one);
          resolve(heard);
        }
        waiting.set(one, one);
      }),
    async start() {
      listening = listen();
      schedule();
    },
    async stop() {
      stopped = true;
      clearTimeout(timer);
      const { at } = position ?? {};
      lose();
      // Nobody need wait for it any more.
      if (at !== undefined) await leave(writes, at, replica).catch(() => undefined);
      await stream.stop();
      await listening;
    },
  };
}

function fieldsOf(flat: readonly string[]): Readonly<Record<string, string>> {
  const fields: Record<string, string> = {};
  for (let index = 0; index < flat.length; index += 2) {
    fields[flat[index] ?? ""] = flat[index + 1] ?? "";
  }
  return fields;
}
