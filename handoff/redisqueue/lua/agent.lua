-- Functions with which a script stores an agent. The script that commits a
-- session begins with them.
--
-- k is the index in KEYS of the first of redisqueue.AgentKeys:
--   KEYS[k]     hg:{shop}:agent:<name>     HASH version, revision, data
--   KEYS[k+1]   hg:{shop}:agents:names     ZSET names, all with score 0
--   KEYS[k+2]   hg:{shop}:agents:feed      ZSET name -> revision
--   KEYS[k+3]   hg:{shop}:agents:revision  the last revision given
-- a is the index in ARGV of the first of redisqueue.AgentArgs:
--   ARGV[a]     version that was read, 0 for none
--   ARGV[a+1]   version to store
--   ARGV[a+2]   agent as JSON
--   ARGV[a+3]   name

-- agent_changed reports whether the agent is not as it was read.
local function agent_changed(k, a)
  return (redis.call('HGET', KEYS[k], 'version') or '0') ~= ARGV[a]
end

-- agent_put stores the agent and returns its revision.
local function agent_put(k, a)
  local revision = redis.call('INCR', KEYS[k + 3])
  redis.call('HSET', KEYS[k], 'version', ARGV[a + 1], 'revision', revision, 'data', ARGV[a + 2])
  redis.call('ZADD', KEYS[k + 1], 0, ARGV[a + 3])
  redis.call('ZADD', KEYS[k + 2], revision, ARGV[a + 3])
  return revision
end
