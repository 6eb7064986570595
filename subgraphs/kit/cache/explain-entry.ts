import type { Redis } from "../../../runtime/redis.ts";
import { decodeEntry } from "./entry.ts";
import { shardOf, timeOf } from "./second-level.ts";

/** Why a key is or is not answered from Redis, for one database of the service. */
export interface Explanation {
  /** What the names of its keys begin with. */
  readonly names: string;
  /** Milliseconds for which entries are read; not above 0 when they are not. */
  readonly watermark: number;
  readonly entry:
    | { readonly kind: "absent" }
    | { readonly kind: "odd"; readonly why: string }
    | {
        readonly kind: "entry";
        readonly value: unknown;
        /** Milliseconds. */
        readonly ttl: number;
        readonly drops: number;
      };
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
  if (type === "none") return { ...common, entry: { kind: "absent" } };
  if (type !== "string") {
    return { ...common, entry: { kind: "odd", why: `it is a ${type}, not a string` } };
  }
  const known = decodeEntry(key, (await client.get(name)) ?? "");
  if (known === undefined) {
    return { ...common, entry: { kind: "odd", why: "its checksum is wrong" } };
  }
  return {
    ...common,
    entry: { kind: "entry", value: known.value, ttl, drops: Number(drops ?? 0) },
  };
}
