import { createLog } from "../../runtime/log.ts";
import { createRedis } from "../../runtime/redis.ts";
import { type Explanation, explainEntry } from "../../subgraphs/kit/cache/explain-entry.ts";

/** What there is to say of a key that a service keeps, asked by a client of its own. */
export async function explained(
  redisUrl: string,
  service: string,
  key: string,
): Promise<readonly Explanation[]> {
  const log = createLog("test", "silent");
  const client = createRedis({ url: redisUrl, name: "explain", log, commandTimeout: 1_000 });
  await client.start();
  try {
    return await explainEntry(client, service, key);
  } finally {
    await client.stop();
  }
}
