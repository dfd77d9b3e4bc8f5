package redisqueue_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/honeyguide-chat/honeyguide/handoff"
	"github.com/honeyguide-chat/honeyguide/handoff/handofftest"
	"github.com/honeyguide-chat/honeyguide/handoff/redisqueue"
	"github.com/honeyguide-chat/honeyguide/testdata/redistest"
)

func TestStirs(t *testing.T) {
	onBoth(t, func(t *testing.T, start func(*testing.T) redis.UniversalClient) {
		handofftest.TestStirs(t, func(t *testing.T) handofftest.StirHarness {
			q := redisqueue.New(start(t))
			return handofftest.StirHarness{Stirs: q, Change: handofftest.StaffChanges(q, q)}
		})
	})
}

// stirred returns how many shops had a stir after a mark, and the next mark.
func stirred(t *testing.T, q *redisqueue.Queue, after uint64) (int, uint64) {
	t.Helper()
	shops, mark, err := q.Stirred(t.Context(), after)
	if err != nil {
		t.Fatal(err)
	}
	return len(shops), mark
}

func putAgent(t *testing.T, q *redisqueue.Queue, name string) {
	t.Helper()
	if err := q.PutAgent(t.Context(), handoff.NewAgent("shop", name)); err != nil {
		t.Fatal(err)
	}
}

// TestStirIsNotedAgainInTime: of what goes on for long, the last stir is never
// so old that a write which begins now could end after it stands for nothing.
func TestStirIsNotedAgainInTime(t *testing.T) {
	q := redisqueue.New(redistest.Start(t))
	now := time.Now()
	q.SetNow(func() time.Time { return now })
	var mark uint64
	last := now
	for i := range 100 {
		putAgent(t, q, fmt.Sprint("agent", i))
		n, next := stirred(t, q, mark)
		if mark = next; n > 0 {
			last = now
		}
		if age := now.Sub(last); age > handoff.StirFor/4 {
			t.Fatalf("a write began %v after the stir that it belongs to, want at most %v", age, handoff.StirFor/4)
		}
		now = now.Add(700 * time.Millisecond)
	}
	if last.Equal(now.Add(-100 * 700 * time.Millisecond)) {
		t.Error("only the first write has stirred")
	}
}

// TestMarksRiseWhateverTheClockDoes has the server's clock go back by a year.
func TestMarksRiseWhateverTheClockDoes(t *testing.T) {
	rdb := redistest.Start(t)
	later := float64(time.Now().Add(365 * 24 * time.Hour).UnixMicro())
	if err := rdb.ZAdd(t.Context(), "hg:stirs", redis.Z{Score: later, Member: "other"}).Err(); err != nil {
		t.Fatal(err)
	}
	q := redisqueue.New(rdb)
	_, mark := stirred(t, q, 0)
	putAgent(t, q, "agent")
	n, next := stirred(t, q, mark)
	if n != 1 || next <= mark {
		t.Errorf("after a change: %d shops with a stir after the mark %d, the next mark is %d; want 1, and a higher one", n, mark, next)
	}
	if n, _ := stirred(t, q, 0); n != 2 {
		t.Errorf("who starts is told of %d shops, want both", n)
	}
}

// TestStirsThatAreOldAreNotTold to those who start: what they stand for was made
// long ago.
func TestStirsThatAreOldAreNotTold(t *testing.T) {
	rdb := redistest.Start(t)
	old := float64(time.Now().Add(-2 * handoff.StirFor).UnixMicro())
	if err := rdb.ZAdd(t.Context(), "hg:stirs", redis.Z{Score: old, Member: "other"}).Err(); err != nil {
		t.Fatal(err)
	}
	q := redisqueue.New(rdb)
	putAgent(t, q, "agent")
	if n, _ := stirred(t, q, 0); n != 1 {
		t.Errorf("who starts is told of %d shops, want the one that stirs", n)
	}
}
