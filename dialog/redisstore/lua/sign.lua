-- Notes what one side of a conversation does.
--
-- KEYS[1]  hg:{shop}:signs:<session>  HASH <side>:read, <side>:typing (Unix ms)
-- ARGV[1]  side
-- ARGV[2]  last entry that was seen; one that is not above the stored one changes nothing
-- ARGV[3]  how long the side counts as typing, in ms; 0 is not typing
-- ARGV[4]  how long to keep all of it, in ms
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local read = tonumber(redis.call('HGET', KEYS[1], ARGV[1] .. ':read') or '0')
local typing = ARGV[3] == '0' and 0 or now + ARGV[3]
redis.call('HSET', KEYS[1],
  ARGV[1] .. ':read', string.format('%.0f', math.max(read, tonumber(ARGV[2]))),
  ARGV[1] .. ':typing', string.format('%.0f', typing))
redis.call('PEXPIRE', KEYS[1], ARGV[4])
return 1
