-- Stores one agent. The functions of agent.lua stand before it.
--
-- KEYS[1..]  redisqueue.AgentKeys
-- ARGV[1]    id of this call
-- ARGV[2..]  redisqueue.AgentArgs
--
-- Returns the revision, or 0 where another version is stored.
--
-- A client that lost the answer sends the same call again. The agent keeps the
-- id of the last one, so that a call that was made is answered again.
local stored = redis.call('HMGET', KEYS[1], 'version', 'revision', 'put')
if stored[3] == ARGV[1] and stored[1] == ARGV[3] then
  return tonumber(stored[2])
end
if agent_changed(1, 2) then
  return 0
end
local revision = agent_put(1, 2)
redis.call('HSET', KEYS[1], 'put', ARGV[1])
return revision
