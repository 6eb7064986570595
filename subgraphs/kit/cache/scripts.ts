import { openGuard, readClock } from "../../../runtime/hearing/scripts.ts";
import { defineScript, type Script } from "../../../runtime/redis.ts";

// As those by which replicas register.

/**
 * Forgets entries and tells all replicas. KEYS: guard, stream, the entries. ARGV: a fresh epoch, the lease, who, the dropped keys as
 * JSON, then the shard of each entry. Gives the epoch, the number of the drop, the milliseconds until the guard is a lease old
 * (before, replicas may be unknown to it), and the replicas that may serve their own copies.
 */
export const dropScript: Script = defineScript(`#!lua flags=allow-oom
${readClock}
${openGuard}
for i = 3, #KEYS do
  redis.call('DEL', KEYS[i])
  redis.call('HINCRBY', KEYS[1], ARGV[i + 2], 1)
end
local number = redis.call('HINCRBY', KEYS[1], 'number', 1)
redis.call('XADD', KEYS[2], 'MAXLEN', '~', 10000, '*', 'epoch', epoch, 'number', number, 'by', ARGV[3], 'keys', ARGV[4])
local unknown = math.max(0, redis.call('HGET', KEYS[1], 'born') + ARGV[2] - now)
local answer = {epoch, number, unknown}
for replica, expiry in pairs(live) do
  if expiry > now and replica ~= ARGV[3] then answer[#answer + 1] = replica end
end
return answer`);

/**
 * Keeps entries that were read from the database, unless one of their shards has seen a drop since. KEYS: guard, the entries. ARGV: epoch,
 * then for each entry the time to live, the text, the number of its shards, and each shard with its count before the read.
 */
export const fillScript: Script = defineScript(`#!lua
if redis.call('HGET', KEYS[1], 'epoch') ~= ARGV[1] then return 0 end
local at = 2
for i = 2, #KEYS do
  local unchanged = true
  for shard = at + 3, at + 1 + 2 * ARGV[at + 2], 2 do
    if (redis.call('HGET', KEYS[1], ARGV[shard]) or '0') ~= ARGV[shard + 1] then unchanged = false end
  end
  if unchanged then redis.call('SET', KEYS[i], ARGV[at + 1], 'PX', ARGV[at]) end
  at = at + 3 + 2 * ARGV[at + 2]
end
return 1`);

/** Lifts the watermark: good until this time at least. KEYS: watermark. ARGV: milliseconds since the epoch. */
export const watermarkScript: Script = defineScript(`#!lua flags=allow-oom
if redis.call('PEXPIRETIME', KEYS[1]) < tonumber(ARGV[1]) then redis.call('SET', KEYS[1], '1', 'PXAT', ARGV[1]) end
return 1`);
