import { defineScript, type Script } from "../redis.ts";

// Each runs as one step in Redis and tells the time by Redis' clock alone. The guard is one hash, so that Redis, when it is short of
// memory, forgets it as a whole: a guard that was made anew has another epoch, and what was begun under the old one counts no more.
// `allow-oom`: a full Redis must still be able to forget.

/** Reads Redis' clock into `now`, in milliseconds. */
export const readClock = `local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)`;

/** After `readClock`. KEYS[1]: guard. ARGV[1]: a fresh epoch. Sets `epoch` and `live`: when each replica's lease ends. */
export const openGuard = `if redis.call('HSETNX', KEYS[1], 'epoch', ARGV[1]) == 1 then redis.call('HSET', KEYS[1], 'born', now) end
local epoch = redis.call('HGET', KEYS[1], 'epoch')
local live = cjson.decode(redis.call('HGET', KEYS[1], 'live') or '{}')`;

/**
 * Registers a replica that serves its own copies. KEYS: guard, watermark, stream. ARGV: a fresh epoch, the lease, the replica. Gives the
 * epoch, the number of the last drop, the milliseconds for which the watermark is good, and the id of the last message.
 */
export const registerScript: Script = defineScript(`#!lua flags=allow-oom
${readClock}
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
