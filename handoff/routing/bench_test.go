package routing_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/honeyguide-chat/honeyguide/handoff"
	"github.com/honeyguide-chat/honeyguide/handoff/routing"
)

const (
	benchTickets = 10_000
	benchAgents  = 1_000
)

// crowd is a busy shop: every agent's desk is full but for those with room.
func crowd(room func(i int) bool) (*routing.Board, []*handoff.Ticket, []*handoff.Agent) {
	rng := rand.New(rand.NewPCG(1, 2))
	rules := handoff.DefaultRules("shop")
	b := routing.New(rules)
	skill := func() string { return fmt.Sprintf("skill-%d", rng.IntN(20)) }
	var tickets []*handoff.Ticket
	for i := range benchTickets {
		t := &handoff.Ticket{
			ID: fmt.Sprintf("ticket-%05d", i), State: handoff.Waiting, Version: 1, Created: start.Add(time.Duration(i) * time.Millisecond),
			Needs:    handoff.Needs{Skill: skill(), Proficiency: 1 + rng.IntN(5), Language: []string{"zh", "en", ""}[rng.IntN(3)]},
			Priority: rng.IntN(3), Weight: 1 + rng.IntN(2),
		}
		t.Queued = t.Created
		tickets = append(tickets, t)
		b.Ticket(t)
	}
	var agents []*handoff.Agent
	for i := range benchAgents {
		a := handoff.NewAgent("shop", fmt.Sprintf("agent-%04d", i))
		a.Version, a.Skills, a.Languages = 1, map[string]int{skill(): 1 + rng.IntN(5), skill(): 1 + rng.IntN(5)}, []string{"zh"}
		a.Be(handoff.Online, start.Add(time.Duration(rng.IntN(1000))*time.Second))
		for j := range a.Capacity {
			if !room(i) || j > 0 {
				a.Work = append(a.Work, handoff.Work{Ticket: fmt.Sprintf("held-%d-%d", i, j), Weight: 1, Kind: handoff.Holding})
			}
		}
		agents = append(agents, a)
		b.Agent(a)
	}
	b.Due(start)
	return b, tickets, agents
}

func none(int) bool   { return false }
func half(i int) bool { return i%2 == 0 }

// BenchmarkAssign is one assignment from end to end: a ticket leaves a full
// desk, the next one is found and taken, and a new customer comes.
func BenchmarkAssign(b *testing.B) {
	board, tickets, agents := crowd(none)
	byID := make(map[string]*handoff.Ticket)
	for _, t := range tickets {
		byID[t.ID] = t
	}
	byName := make(map[string]*handoff.Agent)
	for _, a := range agents {
		byName[a.Name] = a
	}
	now, made := start.Add(10*time.Second), len(tickets)
	for i := 0; b.Loop(); i++ {
		now = now.Add(time.Millisecond)
		a := agents[i%len(agents)]
		a.Clear(a.Work[0].Ticket, now)
		a.Version++
		board.Agent(a)
		as, ok := board.Next(now)
		if !ok {
			b.Fatal("nobody waits")
		}
		t, to := byID[as.Ticket], byName[as.Agent]
		if err := t.Give(to, now); err != nil {
			b.Fatal(err)
		}
		t.Version++
		to.Version++
		board.Ticket(t)
		board.Agent(to)
		if board.WakeAt(now).IsZero() {
			b.Fatal("10,000 wait, and none will ask for less")
		}
		made++
		next := &handoff.Ticket{ID: fmt.Sprintf("ticket-%05d", made), State: handoff.Waiting, Version: 1, Created: now, Queued: now, Needs: t.Needs, Priority: t.Priority, Weight: t.Weight}
		byID[next.ID] = next
		delete(byID, t.ID)
		board.Ticket(next)
	}
}

// BenchmarkNextNobodyFits asks again and again while 500 agents have room for
// something else than what 10,000 tickets wait for.
func BenchmarkNextNobodyFits(b *testing.B) {
	board, _, agents := crowd(half)
	all(board, start)
	for i := 0; b.Loop(); i++ {
		a := agents[2*(i%(benchAgents/2))]
		a.Version++
		a.Skills = map[string]int{"nobody-asks": 1}
		board.Agent(a)
		if as, ok := board.Next(start); ok {
			b.Fatalf("Next() = %v, want none", as)
		}
	}
}

// BenchmarkTicket is news of a ticket that waits, such as a note.
func BenchmarkTicket(b *testing.B) {
	board, tickets, _ := crowd(none)
	for i := 0; b.Loop(); i++ {
		t := tickets[i%len(tickets)]
		t.Version++
		board.Ticket(t)
		board.Next(start)
	}
}

// BenchmarkRelax is all tickets asking for less at once: the worst moment after
// a pause.
func BenchmarkRelax(b *testing.B) {
	for b.Loop() {
		b.StopTimer()
		board, _, _ := crowd(none)
		b.StartTimer()
		board.Next(start.Add(time.Hour))
	}
}
