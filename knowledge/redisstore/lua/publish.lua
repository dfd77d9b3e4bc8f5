-- Stores a release and makes it live, if its number is the next one.
--
-- KEYS[1]  hg:{shop}:live         number of the live, and newest, release
-- KEYS[2]  hg:{shop}:release:<n>  the release as JSON
-- ARGV[1]  n
-- ARGV[2]  n - 1, the number that must be live; "0" for none
-- ARGV[3]  the release as JSON
--
-- Returns 1 if the release is stored, now or by an earlier call with the very
-- same one (a client that lost the answer asks again), or 0 if n is not next.
-- Numbers are compared as text: Lua's are exact only up to 2^53.
local live = redis.call('GET', KEYS[1]) or '0'
if live ~= ARGV[2] then
  if redis.call('GET', KEYS[2]) == ARGV[3] then
    return 1
  end
  return 0
end
redis.call('SET', KEYS[2], ARGV[3])
redis.call('SET', KEYS[1], ARGV[1])
return 1
