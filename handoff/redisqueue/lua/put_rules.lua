-- Stores the rules of a shop.
--
-- KEYS[1]  hg:{shop}:rules  HASH version, data, put
-- ARGV[1]  id of this call, see put_agent.lua
-- ARGV[2]  version that was read, 0 for none
-- ARGV[3]  version to store
-- ARGV[4]  rules as JSON
--
-- Returns 1, or 0 where another version is stored.
local stored = redis.call('HMGET', KEYS[1], 'version', 'put')
if stored[2] == ARGV[1] then
  return 1
end
if (stored[1] or '0') ~= ARGV[2] then
  return 0
end
redis.call('HSET', KEYS[1], 'version', ARGV[3], 'data', ARGV[4], 'put', ARGV[1])
return 1
