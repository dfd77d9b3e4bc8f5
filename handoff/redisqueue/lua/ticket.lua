-- Functions with which a script stores a ticket. The script that commits a
-- session begins with them.
--
-- k is the index in KEYS of the first of redisqueue.PutKeys:
--   KEYS[k]     hg:{shop}:ticket:<id>     HASH version, revision, line, data
--   KEYS[k+1]   hg:{shop}:queue:waiting   ZSET line keys, all with score 0
--   KEYS[k+2]   hg:{shop}:queue:held      ZSET line keys, all with score 0
--   KEYS[k+3]   hg:{shop}:queue:feed      ZSET ticket id -> revision
--   KEYS[k+4]   hg:{shop}:queue:revision  the last revision given
--   KEYS[k+5]   hg:{shop}:queue:visitors  HASH visitor -> how many open tickets, where there are any
-- a is the index in ARGV of the first of redisqueue.PutArgs:
--   ARGV[a]     version that was read, 0 for none
--   ARGV[a+1]   version to store
--   ARGV[a+2]   ticket as JSON
--   ARGV[a+3]   ticket id
--   ARGV[a+4]   state
--   ARGV[a+5]   line key: its byte order is the order of the line
--   ARGV[a+6]   visitor

-- ticket_changed reports whether the ticket is not as it was read.
local function ticket_changed(k, a)
  return (redis.call('HGET', KEYS[k], 'version') or '0') ~= ARGV[a]
end

-- open_of_visitor returns how many open tickets the ticket's visitor has.
local function open_of_visitor(k, a)
  return tonumber(redis.call('HGET', KEYS[k + 5], ARGV[a + 6]) or '0')
end

-- ticket_put stores the ticket and returns its revision. A closed one is
-- deleted at ends, in Unix ms, or when it was to be before where that is 0; an
-- open one never is.
local function ticket_put(k, a, ends)
  local old = redis.call('HGET', KEYS[k], 'line')
  local opened = 1 -- by how much the visitor's open tickets become more
  if old and redis.call('ZREM', KEYS[k + 1], old) + redis.call('ZREM', KEYS[k + 2], old) > 0 then
    opened = 0
  end
  local revision = redis.call('INCR', KEYS[k + 4])
  redis.call('HSET', KEYS[k], 'version', ARGV[a + 1], 'revision', revision, 'line', ARGV[a + 5], 'data', ARGV[a + 2])
  redis.call('ZADD', KEYS[k + 3], revision, ARGV[a + 3])
  local state = ARGV[a + 4]
  if state == 'closed' then
    opened = opened - 1
  end
  if opened ~= 0 and redis.call('HINCRBY', KEYS[k + 5], ARGV[a + 6], opened) <= 0 then
    redis.call('HDEL', KEYS[k + 5], ARGV[a + 6])
  end
  if state == 'waiting' then
    redis.call('ZADD', KEYS[k + 1], 0, ARGV[a + 5])
  elseif state == 'held' then
    redis.call('ZADD', KEYS[k + 2], 0, ARGV[a + 5])
  end
  if state ~= 'closed' then
    redis.call('PERSIST', KEYS[k])
  elseif ends > 0 then
    redis.call('PEXPIREAT', KEYS[k], ends)
  end
  return revision
end
