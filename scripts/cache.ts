import { readEnv } from "../runtime/env.ts";
import { createLog } from "../runtime/log.ts";
import { createRedis } from "../runtime/redis.ts";
import { type Explanation, explainEntry } from "../subgraphs/kit/cache/explain-entry.ts";

const usage = `npm run cache -- SERVICE KEY

Says what Redis (REDIS_URL) holds of a key of a service and whether reads are answered from it:
  npm run cache -- users user:0199f7c2-5a3e-7d31-8f0a-1c2d3e4f5a6b
  npm run cache -- users handle:ada
  npm run cache -- todos list:0199f7c2-5a3e-7d31-8f0a-1c2d3e4f5a6b
  npm run cache -- todos todos:0199f7c2-5a3e-7d31-8f0a-1c2d3e4f5a6b?CREATED_AT_DESC,20
  npm run cache -- todos tag.1:TodoList:0199f7c2-5a3e-7d31-8f0a-1c2d3e4f5a6b:todos
`;

const [service, key] = process.argv.slice(2);
const url = readEnv()["REDIS_URL"];
if (service === undefined || key === undefined || url === undefined) {
  process.stderr.write(url === undefined ? `REDIS_URL is not set.\n\n${usage}` : usage);
  process.exitCode = 2;
} else {
  const redis = createRedis({
    url,
    name: "cache-explain",
    log: createLog("cache", "silent"),
    commandTimeout: 2_000,
  });
  await redis.start();
  try {
    const found = await explainEntry(redis, service, key);
    process.stdout.write(found.map(sentence).join(""));
  } catch (error) {
    process.stderr.write(
      `Redis cannot be asked: ${error instanceof Error ? error.message : error}\n`,
    );
    process.exitCode = 1;
  } finally {
    await redis.stop();
  }
}

function sentence({ entry, names, replicas, watermark }: Explanation): string {
  const read =
    watermark > 0
      ? `Entries are read: the watermark is good for ${watermark} ms.`
      : "No entry is read: there is no watermark. No relay has reached both database and Redis for three seconds.";
  return `${names}\n  ${read}\n  ${held(entry)}\n  ${replicas} replicas serve copies of their own.\n`;
}

function held(entry: Explanation["entry"]): string {
  switch (entry.kind) {
    case "absent":
      return "There is no entry: nobody has read it since it was dropped or ended.";
    case "tag":
      return `It is a tag, under which other entries are kept: its shard has seen ${entry.drops} drops.`;
    case "odd":
      return `What is there counts as none: ${entry.why}.`;
    case "dropped":
      return `There is an entry that counts no more, as one of these was dropped: ${entry.tags.join(" ")}`;
    case "entry": {
      const under = entry.tags === undefined ? "" : ` under ${entry.tags.join(" ")}`;
      return `There is an entry for ${entry.ttl} ms more${under}, since ${entry.drops} drops of its shard: ${JSON.stringify(entry.value)}`;
    }
    default:
      return entry satisfies never;
  }
}
