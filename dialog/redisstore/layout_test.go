package redisstore_test

import (
	"errors"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/honeyguide-chat/honeyguide/dialog"
	"github.com/honeyguide-chat/honeyguide/dialog/dialogtest"
	"github.com/honeyguide-chat/honeyguide/dialog/redisstore"
	"github.com/honeyguide-chat/honeyguide/handoff"
	"github.com/honeyguide-chat/honeyguide/testdata/redistest"
)

// keptFor commits a closed session with all its parts and returns the time at
// which each key ends: -1ns for never.
func keptFor(t *testing.T, rdb redis.UniversalClient, keep time.Duration) map[string]time.Duration {
	t.Helper()
	s := &dialog.Session{Shop: aShop, ID: "s", Seq: 1, State: dialog.StateClosed}
	err := redisstore.New(rdb).Commit(t.Context(), &dialog.Change{
		Session: s, Entries: []dialog.Entry{{Seq: 1}}, Turn: &dialog.TurnRecord{ID: "turn"},
		Ticket: &handoff.Ticket{Shop: aShop, ID: "t", Session: "s", State: handoff.Closed}, Keep: keep,
	})
	if err != nil {
		t.Fatal(err)
	}
	ends := make(map[string]time.Duration)
	for _, key := range []string{"session:s", "entries:s", "ticket:t"} {
		if ends[key], err = rdb.PExpireTime(t.Context(), "hg:{shop-a}:"+key).Result(); err != nil {
			t.Fatal(err)
		}
	}
	return ends
}

func TestAllKeysEndTogether(t *testing.T) {
	for _, keep := range []time.Duration{time.Hour, time.Minute + 1, 100 * 365 * 24 * time.Hour} {
		t.Run(keep.String(), func(t *testing.T) {
			before := time.Duration(time.Now().UnixMilli()) * time.Millisecond
			ends := keptFor(t, redistest.Start(t), keep)
			for key, end := range ends {
				if end != ends["session:s"] {
					t.Errorf("%s ends at %v, the session at %v", key, end, ends["session:s"])
				}
				if got := end - before; got < keep || got > keep+time.Minute {
					t.Errorf("%s ends after %v, want %v", key, got, keep)
				}
			}
		})
	}
}

func TestOnlyKeepZeroIsForEver(t *testing.T) {
	for keep, want := range map[time.Duration]bool{0: true, 1: false, time.Hour: false} {
		for key, end := range keptFor(t, redistest.Start(t), keep) {
			if got := end == -1; got != want {
				t.Errorf("%s is kept for ever after a commit with keep %v: %t, want %t", key, keep, got, want)
			}
		}
	}
}

func TestMemoryOfCommitsIsBounded(t *testing.T) {
	rdb := redistest.Start(t)
	h := harness(t, rdb)
	for range 50 {
		step(t, h, "s")
	}
	commits, err := rdb.HGet(t.Context(), "hg:{shop-a}:session:s", "commits").Result()
	if err != nil || len(commits) != 384 {
		t.Errorf("remembered ids of commits take %d bytes, %v, want 384, nil", len(commits), err)
	}
}

func TestHalfDeletedSessionBeginsAnew(t *testing.T) {
	rdb := redistest.Start(t)
	h := harness(t, rdb)
	step(t, h, "s")
	for _, key := range []string{"session:s", "ticket:ticket-s", "agent:giver-of-s", "agent:taker-of-s"} {
		if err := rdb.Del(t.Context(), "hg:{shop-a}:"+key).Err(); err != nil {
			t.Fatal(err)
		}
	}
	step(t, h, "s")
	dialogtest.Verify(t, h, aShop, "s")
}

func TestForgottenScriptIsSentAgain(t *testing.T) {
	rdb := redistest.Start(t)
	h := harness(t, rdb)
	step(t, h, "s")
	if err := rdb.ScriptFlush(t.Context()).Err(); err != nil {
		t.Fatal(err)
	}
	step(t, h, "s")
}

func TestDamagedDataIsNoReasonToTryAgain(t *testing.T) {
	rdb := redistest.Start(t)
	h := harness(t, rdb)
	step(t, h, "s")
	damage := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	final := func(call string, err error) {
		t.Helper()
		if err == nil || errors.Is(err, dialog.ErrUnavailable) || errors.Is(err, dialog.ErrNotFound) || errors.Is(err, dialog.ErrConflict) {
			t.Errorf("%s of damaged data: err = %v, want one that nothing mends", call, err)
		}
	}
	damage(rdb.LSet(t.Context(), "hg:{shop-a}:entries:s", 0, "{").Err())
	_, err := h.Store.Entries(t.Context(), aShop, "s", 0, 1)
	final("Entries", err)

	damage(rdb.HSet(t.Context(), "hg:{shop-a}:session:s", "turn:turn-1", "{").Err())
	_, _, err = h.Store.Load(t.Context(), aShop, "s", "turn-1")
	final("Load with a turn", err)

	damage(rdb.HSet(t.Context(), "hg:{shop-a}:session:s", "data", "{").Err())
	_, _, err = h.Store.Load(t.Context(), aShop, "s", "")
	final("Load", err)

	damage(rdb.Set(t.Context(), "hg:{shop-a}:session:x", "not a hash", 0).Err())
	final("Commit", h.Store.Commit(t.Context(), &dialog.Change{Session: &dialog.Session{Shop: aShop, ID: "x"}}))
}
