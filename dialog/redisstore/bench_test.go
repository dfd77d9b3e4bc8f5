package redisstore_test

import (
	"crypto/rand"
	"fmt"
	"runtime"
	"sync/atomic"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/honeyguide-chat/honeyguide/dialog"
	"github.com/honeyguide-chat/honeyguide/dialog/redisstore"
	"github.com/honeyguide-chat/honeyguide/handoff"
	"github.com/honeyguide-chat/honeyguide/testdata/redistest"
)

// BenchmarkTurn compares what a turn costs the store with the least that a turn
// could cost: one GET and one SET of as many bytes.
func BenchmarkTurn(b *testing.B) {
	rdb := redistest.Start(b)
	b.Run("GetAndSet", func(b *testing.B) {
		value := make([]byte, 1000)
		for b.Loop() {
			if err := rdb.Get(b.Context(), "key").Err(); err != nil {
				rdb.Set(b.Context(), "key", value, 0)
			}
			if err := rdb.Set(b.Context(), "key", value, time.Hour).Err(); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("LoadAndCommit", func(b *testing.B) {
		store := redisstore.New(rdb)
		s := &dialog.Session{Shop: aShop, ID: "s"}
		for i := 0; b.Loop(); i++ {
			if i%20 == 0 { // turns of a session
				s = &dialog.Session{Shop: aShop, ID: rand.Text()}
			} else if loaded, _, err := store.Load(b.Context(), aShop, s.ID, "turn"); err != nil {
				b.Fatal(err)
			} else {
				s = loaded
			}
			c := &dialog.Change{
				Session: s, Keep: time.Hour,
				Entries: []dialog.Entry{{Seq: s.Seq + 1, Text: "运费多少"}, {Seq: s.Seq + 2, Text: "满 49 元包邮"}},
				Turn:    &dialog.TurnRecord{ID: fmt.Sprint("turn-", i)},
			}
			s.Seq += 2
			if err := store.Commit(b.Context(), c); err != nil {
				b.Fatal(err)
			}
		}
	})
	for _, gathered := range []bool{false, true} {
		b.Run(fmt.Sprintf("ManyAtOnce/gathered=%t", gathered), func(b *testing.B) { benchmarkMany(b, rdb, gathered) })
	}
	for desks := range dialog.MaxDesks + 1 {
		b.Run(fmt.Sprintf("CommitTicketAnd%dDesks", desks), func(b *testing.B) { benchmarkDesks(b, redisstore.New(rdb), desks) })
	}
}

// benchmarkMany has 32 callers load sessions at once, with what they ask of
// Redis sent together or not.
func benchmarkMany(b *testing.B, rdb redis.UniversalClient, gathered bool) {
	const callers = 32
	store := redisstore.New(rdb)
	stores := make([]*redisstore.Store, callers)
	var ids []string
	for i := range callers {
		if stores[i] = store; !gathered {
			stores[i] = redisstore.New(rdb) // each gathers for itself
		}
		ids = append(ids, rand.Text())
		if err := store.Commit(b.Context(), &dialog.Change{Session: &dialog.Session{Shop: aShop, ID: ids[i]}}); err != nil {
			b.Fatal(err)
		}
	}
	var next atomic.Int64
	b.SetParallelism(callers / runtime.GOMAXPROCS(0))
	b.RunParallel(func(pb *testing.PB) {
		i := int(next.Add(1)) % callers
		for pb.Next() {
			if _, _, err := stores[i].Load(b.Context(), aShop, ids[i], "turn"); err != nil {
				b.Error(err)
				return
			}
		}
	})
}

// benchmarkDesks measures what the desks of a commit cost.
func benchmarkDesks(b *testing.B, store *redisstore.Store, desks int) {
	var agents []*handoff.Agent
	for i := range desks {
		a := handoff.NewAgent(aShop, fmt.Sprintf("agent-%d-%d", desks, i))
		a.Skills, a.Languages = map[string]int{"returns": 5, "freight": 3}, []string{"zh"}
		for held := range handoff.DefaultCapacity {
			a.Put(handoff.Work{Ticket: fmt.Sprint("ticket-", held), Weight: 1, Kind: handoff.Holding}, a.Idle)
		}
		agents = append(agents, a)
	}
	id := rand.Text()
	s := &dialog.Session{Shop: aShop, ID: id}
	ticket := &handoff.Ticket{Shop: aShop, ID: id, Session: id, State: handoff.Waiting}
	for b.Loop() {
		if err := store.Commit(b.Context(), &dialog.Change{Session: s, Ticket: ticket, Agents: agents}); err != nil {
			b.Fatal(err)
		}
	}
}
