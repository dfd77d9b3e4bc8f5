-- Commits one change of a session: all of it, or nothing and says why. The
-- functions ticket_changed and ticket_put stand before it.
--
-- KEYS[1]   hg:{shop}:session:<id>  HASH version, data (JSON), commits
-- KEYS[2]   hg:{shop}:entries:<id>  LIST of entries (JSON); number n is at n - 1
-- KEYS[3]   hg:{shop}:turns:<id>    HASH turn id -> turn record (JSON)
-- KEYS[4..] redisqueue.PutKeys, where the change has a ticket
--
-- ARGV[1]   version that was read, 0 for a new session
-- ARGV[2]   version to store
-- ARGV[3]   session as JSON
-- ARGV[4]   id of this commit, of letters and digits
-- ARGV[5]   how long to keep all of it, in ms; 0 is for ever
-- ARGV[6]   number of the last entry before this commit
-- ARGV[7]   turn id, or ''
-- ARGV[8]   turn record
-- ARGV[9..] redisqueue.PutArgs, where the change has a ticket, then the entries
--
-- Returns {'OK', revision of the ticket or 0} or {'CONFLICT', what changed}.
--
-- A client that lost the answer sends the same commit again. The session keeps
-- the ids of its last commits, as "id=revision " each, so that a commit that
-- was made is answered again instead of refused.
local has_ticket = #KEYS > 3
local first_entry = has_ticket and 15 or 9

local session = redis.call('HMGET', KEYS[1], 'version', 'commits')
local version, commits = session[1] or '0', session[2] or ''
local made = string.match(commits, ARGV[4] .. '=(%d+) ')
if made then
  return {'OK', tonumber(made)}
end

-- All checks come before the first write: Redis takes no write back.
if version ~= ARGV[1] then
  return {'CONFLICT', 'session'}
end
local length = version == '0' and 0 or redis.call('LLEN', KEYS[2])
if length ~= tonumber(ARGV[6]) then
  return {'CONFLICT', 'transcript'}
end
if has_ticket and ticket_changed(4, 9) then
  return {'CONFLICT', 'ticket'}
end

if version == '0' then
  redis.call('DEL', KEYS[2], KEYS[3]) -- in case somebody deleted only the session
end
-- One end for all keys: none of them may outlive another.
local ends = 0
if ARGV[5] ~= '0' then
  local now = redis.call('TIME')
  ends = now[1] * 1000 + math.floor(now[2] / 1000) + ARGV[5]
end
local revision = 0
if has_ticket then
  revision = ticket_put(4, 9, ends)
end
local ids = string.format('%s=%.0f %s', ARGV[4], revision, commits)
redis.call('HSET', KEYS[1], 'version', ARGV[2], 'data', ARGV[3], 'commits', string.sub(ids, 1, 256))
for i = first_entry, #ARGV do
  redis.call('RPUSH', KEYS[2], ARGV[i])
end
if ARGV[7] ~= '' then
  redis.call('HSET', KEYS[3], ARGV[7], ARGV[8])
end
for i = 1, 3 do
  if ends > 0 then
    redis.call('PEXPIREAT', KEYS[i], ends)
  else
    redis.call('PERSIST', KEYS[i])
  end
end
return {'OK', revision}
