import { defineScript, type Script } from "../../../runtime/redis.ts";

// Each runs as one step in Redis and tells the time by Redis' clock alone. The guard is one hash, so that Redis, when it is short of
// memory, forgets it as a whole: a guard that was made anew has another epoch, and what was begun under the old one counts no more.
// `allow-oom`: a full Redis must still be able to forget.

const now = `local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)`;

const openGuard = `if redis.call('HSETNX', KEYS[1], 'epoch', ARGV[1]) == 1 then redis.call('HSET', KEYS[1], 'born', now) end
local epoch = redis.call('HGET', KEYS[1], 'epoch')
local live = cjson.decode(redis.call('HGET', KEYS[1], 'live') or '{}')`;

/**
 * Forgets entries and tells all replicas. KEYS: guard, stream, the entries. ARGV: a fresh epoch, the lease, who, the dropped keys as
 * JSON, then the shard of each entry. Gives the epoch, the number of the drop, the milliseconds until the guard is a lease old
 * (before, replicas may be unknown to it), and the replicas that may serve their own copies.
 */
export const dropScript: Script = defineScript(`#!lua flags=allow-oom
${now}
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
 * Registers a replica that serves its own copies. KEYS: guard, watermark, stream. ARGV: a fresh epoch, the lease, the replica. Gives the
 * epoch, the number of the last drop, the milliseconds for which the watermark is good, and the id of the last message.
 */
export const registerScript: Script = defineScript(`#!lua flags=allow-oom
${now}
${openGuard}
for replica, expiry in pairs(live) do
  if expiry <= now then live[replica] = nil end
end
live[ARGV[3]] = now + ARGV[2]
redis.call('HSET', KEYS[1], 'live', cjson.encode(live))
local number = redis.call('HGET', KEYS[1], 'number') or '0'
local last = redis.call('XREVRANGE', KEYS[3], '+', '-', 'COUNT', 1)
return {epoch, tonumber(number), redis.call('PTTL', KEYS[2]), last[1] and last[1][1] or '0-0'}`);

/** A replica serves no copies any more. KEYS: guard. ARGV: the replica. */
export const leaveScript: Script = defineScript(`#!lua flags=allow-oom
local live = cjson.decode(redis.call('HGET', KEYS[1], 'live') or '{}')
if live[ARGV[1]] then
  live[ARGV[1]] = nil
  redis.call('HSET', KEYS[1], 'live', cjson.encode(live))
end
return 1`);

/**
 * Keeps entries that were read from the database, unless their shard has seen a drop since. KEYS: guard, the entries. ARGV: epoch, then
 * for each entry its shard, the shard's count before the read, the time to live, the text.
 */
export const fillScript: Script = defineScript(`#!lua
if redis.call('HGET', KEYS[1], 'epoch') ~= ARGV[1] then return 0 end
local kept = 0
for i = 2, #KEYS do
  local at = (i - 2) * 4 + 2
  if (redis.call('HGET', KEYS[1], ARGV[at]) or '0') == ARGV[at + 1] then
    redis.call('SET', KEYS[i], ARGV[at + 3], 'PX', ARGV[at + 2])
    kept = kept + 1
  end
end
return kept`);

/** Lifts the watermark: good until this time at least. KEYS: watermark. ARGV: milliseconds since the epoch. */
export const watermarkScript: Script = defineScript(`#!lua flags=allow-oom
if redis.call('PEXPIRETIME', KEYS[1]) < tonumber(ARGV[1]) then redis.call('SET', KEYS[1], '1', 'PXAT', ARGV[1]) end
return 1`);
