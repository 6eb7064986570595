import type { Redis } from "../../../runtime/redis.ts";
import { decodeEntry } from "./entry.ts";
import { shardOf, stampOf, type TaggedEntry, timeOf } from "./second-level.ts";
import { isTag } from "./tags.ts";

/** Why a key is or is not answered from Redis, for one database of the service. */
export interface Explanation {
  /** What the names of its keys begin with. */
  readonly names: string;
  /** Milliseconds for which entries are read; not above 0 when they are not. */
  readonly watermark: number;
  readonly entry:
    | { readonly kind: "absent" }
    /** What other entries are kept under. */
    | { readonly kind: "tag"; readonly drops: number }
    | { readonly kind: "odd"; readonly why: string }
    | {
        readonly kind: "entry";
        readonly value: unknown;
        /** Milliseconds. */
        readonly ttl: number;
        readonly drops: number;
        /** Of a page, a count and the like. */
        readonly tags?: readonly string[];
      }
    | { readonly kind: "dropped"; readonly tags: readonly string[] };
  /** Replicas that may serve copies of their own. */
  readonly replicas: number;
}

/** Looks at a key in Redis without changing anything. @throws when Redis cannot be asked */
export async function explainEntry(
  redis: Redis,
  service: string,
  key: string,
): Promise<readonly Explanation[]> {
  const run = (redis.run() ?? "").slice(0, 12);
  const guards: string[] = [];
  const stream = redis.client.scanStream({ match: `supergraph:${service}:*:${run}:guard` });
  for await (const found of stream) guards.push(...(found as string[]));
  const explanations = guards.map((guard) => explain(redis, guard.slice(0, -"guard".length), key));
  return Promise.all(explanations);
}

async function explain(redis: Redis, names: string, key: string): Promise<Explanation> {
  const { client } = redis;
  const name = `${names}${key}`;
  const [now, watermark, type, ttl, drops, live] = await Promise.all([
    timeOf(redis),
    client.pttl(`${names}watermark`),
    client.type(name),
    client.pttl(name),
    client.hget(`${names}guard`, shardOf(key)),
    client.hget(`${names}guard`, "live"),
  ]);
  const expiries = Object.values(JSON.parse(live ?? "{}") as Record<string, number>);
  const common = { names, watermark, replicas: expiries.filter((one) => one > now).length };
  if (isTag(key)) return { ...common, entry: { kind: "tag", drops: Number(drops ?? 0) } };
  if (type === "none") return { ...common, entry: { kind: "absent" } };
  if (type !== "string") {
    return { ...common, entry: { kind: "odd", why: `it is a ${type}, not a string` } };
  }
  const known = decodeEntry(key, (await client.get(name)) ?? "");
  if (known === undefined) {
    return { ...common, entry: { kind: "odd", why: "its checksum is wrong" } };
  }
  const entry = { kind: "entry", ttl, drops: Number(drops ?? 0) } as const;
  if (!isTaggedEntry(known.value)) return { ...common, entry: { ...entry, value: known.value } };
  const { stamp, tags, value } = known.value;
  const [epoch, ...counts] = await client.hmget(`${names}guard`, "epoch", ...tags.map(shardOf));
  const isCurrent =
    stamp ===
    stampOf(
      epoch ?? "",
      counts.map((count) => count ?? "0"),
    );
  return {
    ...common,
    entry: isCurrent ? { ...entry, tags, value } : { kind: "dropped", tags },
  };
}

function isTaggedEntry(value: unknown): value is TaggedEntry {
  return typeof value === "object" && value !== null && "stamp" in value;
}
