package chaos

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/honeyguide-chat/honeyguide/dialog"
)

// TestChaos lets people talk while a monkey breaks things, and checks that
// every promise was kept. HONEYGUIDE_CHAOS says for how long, such as "10m";
// HONEYGUIDE_CHAOS_SEED repeats the choices of an earlier run, though not its
// moments.
func TestChaos(t *testing.T) {
	length, seed := short, rand.Uint64()
	var err error
	if s := os.Getenv("HONEYGUIDE_CHAOS"); s != "" {
		if length, err = time.ParseDuration(s); err != nil {
			t.Fatalf("HONEYGUIDE_CHAOS: %v", err)
		}
	}
	if s := os.Getenv("HONEYGUIDE_CHAOS_SEED"); s != "" {
		if seed, err = strconv.ParseUint(s, 10, 64); err != nil {
			t.Fatalf("HONEYGUIDE_CHAOS_SEED: %v", err)
		}
	}
	t.Logf("HONEYGUIDE_CHAOS=%v HONEYGUIDE_CHAOS_SEED=%d", length, seed)
	s := newStage(t, seed)
	h := s.perform(length)
	problems := Check(h)
	for _, n := range s.nodes {
		problems = append(problems, n.complaints()...)
	}
	t.Logf("%d conversations, %d tickets, %d replies, %d desks seen", len(h.Conversations), len(h.Tickets), len(h.Replies), len(h.Glimpses))
	t.Logf("in the transcripts: %v; the monkey: %v", tally(h), s.monkey.done)
	if len(h.Conversations) < customers || len(h.Replies) == 0 {
		t.Errorf("%d conversations, %d replies: too few to say anything", len(h.Conversations), len(h.Replies))
	}
	const most = 30
	for _, p := range problems[:min(len(problems), most)] {
		t.Error(p)
	}
	if len(problems) > most {
		t.Errorf("… and %d more", len(problems)-most)
	}
	if t.Failed() {
		tell(t, h, problems)
		for _, n := range s.nodes {
			t.Logf("the end of %s's log:\n%s", n.name, n.tail())
		}
	}
}

// tell prints the first conversations in which something is wrong.
func tell(t *testing.T, h *History, problems []string) {
	const most = 3
	told := 0
	for _, c := range h.Conversations {
		if told == most || !slices.ContainsFunc(problems, func(p string) bool { return strings.Contains(p, c.Session) }) {
			continue
		}
		told++
		var b strings.Builder
		for _, e := range c.Entries {
			fmt.Fprintf(&b, "\n\t%s %s", e.Time.Format(time.StampMilli), brief(e))
		}
		for _, said := range slices.Concat(c.Said, h.Replies) {
			if said.Session == c.Session {
				fmt.Fprintf(&b, "\n\t%s said %s, which was %s", cmp.Or(said.Agent, c.Visitor), said.Turn, said.Fate)
			}
		}
		t.Logf("session %s:%s", c.Session, b.String())
	}
}

// tally counts what happened to customers, to show that a run had some of all.
func tally(h *History) map[string]int {
	n := make(map[string]int)
	for _, c := range h.Conversations {
		before := dialog.StateBot
		for _, e := range c.Entries {
			n["entries"]++
			switch {
			case e.Author != dialog.AuthorSystem:
			case e.State == dialog.StateHuman && before == dialog.StateHuman:
				n["taken over"]++
			case e.State == dialog.StateHuman:
				n["joined"]++
			case strings.Contains(e.Text, "lost the connection"), strings.Contains(e.Text, "连接中断"):
				n["agent lost"]++
			case e.State == dialog.StateWaiting:
				n["handed on"]++
			case e.Agent != "":
				n["served"]++
			default:
				n["left"]++
			}
			before = e.State
		}
	}
	return n
}
