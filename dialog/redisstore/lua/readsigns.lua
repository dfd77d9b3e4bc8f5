-- Reads what both sides of a conversation do.
--
-- KEYS[1]  as of sign.lua
--
-- Returns the last entry that the visitor saw, 1 where the visitor types, and
-- the same of the agent.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local found = redis.call('HMGET', KEYS[1], 'visitor:read', 'visitor:typing', 'agent:read', 'agent:typing')
local function typing(until_ms) return now < tonumber(until_ms or '0') and 1 or 0 end
return {tonumber(found[1] or '0'), typing(found[2]), tonumber(found[3] or '0'), typing(found[4])}
