-- Commits one change of a session: all of it, or nothing and says why. The
-- functions of redisqueue.Lua stand before it.
--
-- KEYS[1]   hg:{shop}:session:<id>  HASH version, data (JSON), commits, and
--                                   turn:<id> -> turn record (JSON)
-- KEYS[2]   hg:{shop}:entries:<id>  LIST of entries (JSON); number n is at n - 1
-- KEYS[3..] redisqueue.PutKeys, where the change has a ticket, then
--           redisqueue.AgentKeys of each agent; no agents without a ticket
--
-- ARGV[1]   version that was read, 0 for a new session
-- ARGV[2]   version to store
-- ARGV[3]   session as JSON
-- ARGV[4]   id of this commit, of letters and digits
-- ARGV[5]   how long to keep all of it, in ms; 0 is for ever
-- ARGV[6]   number of the last entry before this commit
-- ARGV[7]   turn:<id>, or '' where the change is no turn
-- ARGV[8]   turn record
-- ARGV[9]   how many open tickets the visitor may have with the new ticket; 0
--           is any number
-- ARGV[10..] redisqueue.PutArgs, where the change has a ticket, then
--           redisqueue.AgentArgs of each agent, then the entries
--
-- Returns {'OK', revisions}, {'CONFLICT', what changed} or {'TOO_MANY', how many
-- tickets are open}. The revisions are that of the ticket, or 0, and those of the
-- agents, parted by commas.
--
-- A client that lost the answer sends the same commit again. The session keeps
-- the ids of its last commits, as "id=revisions " each, so that a commit that
-- was made is answered again instead of refused.
local has_ticket = #KEYS > 2
local agents = has_ticket and (#KEYS - 8) / 4 or 0
local first_entry = has_ticket and 17 + 4 * agents or 10

local session = redis.call('HMGET', KEYS[1], 'version', 'commits', ARGV[7])
local version, commits = session[1] or '0', session[2] or ''
local _, made_at = string.find(commits, ARGV[4] .. '=', 1, true)
if made_at then
  return {'OK', string.match(commits, '^[%d,]+', made_at + 1)}
end

-- All checks come before the first write: Redis takes no write back.
if session[3] then
  return {'CONFLICT', 'turn'}
end
if version ~= ARGV[1] then
  return {'CONFLICT', 'session'}
end
local length = version == '0' and 0 or redis.call('LLEN', KEYS[2])
if length ~= tonumber(ARGV[6]) then
  return {'CONFLICT', 'transcript'}
end
if has_ticket and ticket_changed(3, 10) then
  return {'CONFLICT', 'ticket'}
end
for i = 0, agents - 1 do
  if agent_changed(9 + 4 * i, 17 + 4 * i) then
    return {'CONFLICT', 'agent'}
  end
end
if ARGV[9] ~= '0' then
  local open = open_of_visitor(3, 10)
  if open >= tonumber(ARGV[9]) then
    return {'TOO_MANY', tostring(open)}
  end
end

if version == '0' then
  redis.call('DEL', KEYS[2]) -- in case somebody deleted only the session
end
-- One end for both keys: none may outlive the other.
local ends = 0
if ARGV[5] ~= '0' then
  local now = redis.call('TIME')
  ends = now[1] * 1000 + math.floor(now[2] / 1000) + ARGV[5]
end
local revisions = string.format('%.0f', has_ticket and ticket_put(3, 10, ends) or 0)
for i = 0, agents - 1 do
  revisions = string.format('%s,%.0f', revisions, agent_put(9 + 4 * i, 17 + 4 * i))
end
local ids = string.sub(string.format('%s=%s %s', ARGV[4], revisions, commits), 1, 384)
local fields = {'version', ARGV[2], 'data', ARGV[3], 'commits', ids}
if ARGV[7] ~= '' then
  fields[7], fields[8] = ARGV[7], ARGV[8]
end
redis.call('HSET', KEYS[1], unpack(fields))
if #ARGV >= first_entry then
  redis.call('RPUSH', KEYS[2], unpack(ARGV, first_entry))
end
for i = 1, 2 do
  if ends > 0 then
    redis.call('PEXPIREAT', KEYS[i], ends)
  else
    redis.call('PERSIST', KEYS[i])
  end
end
return {'OK', revisions}
