package redisstore_test

import (
	"fmt"
	"testing"
	"time"

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
				s = &dialog.Session{Shop: aShop, ID: fmt.Sprint("s", i)}
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
	for desks := range dialog.MaxDesks + 1 {
		b.Run(fmt.Sprintf("CommitTicketAnd%dDesks", desks), func(b *testing.B) { benchmarkDesks(b, redisstore.New(rdb), desks) })
	}
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
	id := fmt.Sprint("desks-", desks)
	s := &dialog.Session{Shop: aShop, ID: id}
	ticket := &handoff.Ticket{Shop: aShop, ID: id, Session: id, State: handoff.Waiting}
	for b.Loop() {
		if err := store.Commit(b.Context(), &dialog.Change{Session: s, Ticket: ticket, Agents: agents}); err != nil {
			b.Fatal(err)
		}
	}
}
