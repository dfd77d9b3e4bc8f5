package line_test

import (
	"cmp"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/honeyguide-chat/honeyguide/handoff"
	"github.com/honeyguide-chat/honeyguide/handoff/internal/line"
)

// boolCompare orders false before true.
func boolCompare(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	}
	return 1
}

// inLine is the order as the contract says it.
func inLine(a, b *handoff.Ticket) int {
	return cmp.Or(boolCompare(b.Front, a.Front), cmp.Compare(b.Priority, a.Priority), a.Created.Compare(b.Created), strings.Compare(a.ID, b.ID))
}

func TestKeyOrdersAsTheContractSays(t *testing.T) {
	year := func(y int) int64 { return time.Date(y, 1, 1, 0, 0, 0, 0, time.UTC).Unix() }
	ticket := rapid.Custom(func(t *rapid.T) *handoff.Ticket {
		seconds := rapid.OneOf(
			rapid.Int64Range(year(2026), year(2026)+2),
			rapid.Int64Range(year(1), year(9999)),
		).Draw(t, "seconds")
		return &handoff.Ticket{
			ID:       rapid.StringMatching(`[a-c]{1,2}`).Draw(t, "id"),
			Priority: rapid.IntRange(0, 9).Draw(t, "priority"),
			Front:    rapid.Bool().Draw(t, "front"),
			Created:  time.Unix(seconds, rapid.Int64Range(0, 3).Draw(t, "nanos")),
		}
	})
	rapid.Check(t, func(t *rapid.T) {
		a, b := ticket.Draw(t, "a"), ticket.Draw(t, "b")
		if got, want := strings.Compare(line.Key(a), line.Key(b)), inLine(a, b); got != want {
			t.Errorf("order of keys %q, %q = %d, want %d", line.Key(a), line.Key(b), got, want)
		}
		if got := line.Ticket(line.Key(a)); got != a.ID {
			t.Errorf("Ticket(Key(%q)) = %q, want the id", a.ID, got)
		}
	})
}

func TestKeyKeepsOddTicketsInRange(t *testing.T) {
	for _, tt := range []struct {
		name      string
		odd, same handoff.Ticket
	}{
		{"priority below 0", handoff.Ticket{ID: "t", Priority: -3}, handoff.Ticket{ID: "t"}},
		{"priority above 9", handoff.Ticket{ID: "t", Priority: 12}, handoff.Ticket{ID: "t", Priority: 9}},
		{"before the year one", handoff.Ticket{ID: "t", Created: time.Time{}.Add(-time.Hour)}, handoff.Ticket{ID: "t"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got, want := line.Key(&tt.odd), line.Key(&tt.same); got != want {
				t.Errorf("Key() = %q, want %q", got, want)
			}
		})
	}
}

func TestTicketOfAForeignKeyIsEmpty(t *testing.T) {
	if got := line.Ticket("short"); got != "" {
		t.Errorf("Ticket(short) = %q, want empty", got)
	}
}
