-- Makes chunks that are stored already the model of a shop's live release, in
-- place of the one it had.
--
-- KEYS[1]       hg:{shop}:live         number of the live release
-- KEYS[2]       hg:{shop}:model        label of the model: release, chunks, size, checksum
-- KEYS[3...]    hg:{shop}:model:<id>:<i>  the new chunks, ARGV[4] of them; then those of the old model
-- ARGV[1]       number of the release
-- ARGV[2]       the label that must be there; "" for none
-- ARGV[3]       the new label
-- ARGV[4]       how many chunks are new
-- ARGV[5]       ms until the chunks of the old model are removed: somebody may be reading them
--
-- Returns 1 if the model is set, now or by an earlier call with the very same
-- one (a client that lost the answer asks again); 0 if the release is not live;
-- -1 if another label is there; -2 if a new chunk is gone.
if redis.call('GET', KEYS[1]) ~= ARGV[1] then
  return 0
end
local label = redis.call('GET', KEYS[2]) or ''
if label == ARGV[3] then
  return 1
end
if label ~= ARGV[2] then
  return -1
end
local new = tonumber(ARGV[4])
for i = 3, 2 + new do
  if redis.call('EXISTS', KEYS[i]) == 0 then
    return -2
  end
end
for i = 3, 2 + new do
  redis.call('PERSIST', KEYS[i])
end
for i = 3 + new, #KEYS do
  redis.call('PEXPIRE', KEYS[i], ARGV[5])
end
redis.call('SET', KEYS[2], ARGV[3])
return 1
