package redisqueue_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync/atomic"
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
			rdb := start(t)
			q := redisqueue.New(rdb)
			h := handofftest.StirHarness{Stirs: q, Change: handofftest.StaffChanges(q, q)}
			for i := range 2 {
				h.Parts = append(h.Parts, func() func() { return lose(rdb, redisqueue.ShopsKeys[i], redisqueue.StirsKeys[i]) })
			}
			return h
		})
	})
}

// lose has every command with one of the keys fail until back is called.
func lose(rdb redis.UniversalClient, keys ...string) (back func()) {
	l := &loss{keys: keys}
	rdb.AddHook(l)
	return func() { l.over.Store(true) }
}

type loss struct {
	keys []string
	over atomic.Bool
}

func (l *loss) ProcessHook(next redis.ProcessHook) redis.ProcessHook {
	return func(ctx context.Context, cmd redis.Cmder) error {
		for _, arg := range cmd.Args() {
			if key, _ := arg.(string); !l.over.Load() && slices.Contains(l.keys, key) {
				cmd.SetErr(errLost)
				return errLost
			}
		}
		return next(ctx, cmd)
	}
}

func (*loss) DialHook(next redis.DialHook) redis.DialHook { return next }

func (*loss) ProcessPipelineHook(next redis.ProcessPipelineHook) redis.ProcessPipelineHook {
	return next
}

var errLost = errors.New("connection lost")

// stirred returns how many shops had a stir after a mark, and the next mark.
func stirred(t *testing.T, q *redisqueue.Queue, after handoff.Mark) (int, handoff.Mark) {
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
	var mark handoff.Mark
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
	_, mark := stirred(t, q, handoff.Mark{})
	putAgent(t, q, "agent")
	n, next := stirred(t, q, mark)
	if n != 1 || next[0] <= mark[0] {
		t.Errorf("after a change: %d shops with a stir after the mark %d, the next mark is %d; want 1, and a higher one", n, mark, next)
	}
	if n, _ := stirred(t, q, handoff.Mark{}); n != 2 {
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
	if n, _ := stirred(t, q, handoff.Mark{}); n != 1 {
		t.Errorf("who starts is told of %d shops, want the one that stirs", n)
	}
}
