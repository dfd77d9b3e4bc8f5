package dialogtest

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/honeyguide-chat/honeyguide/dialog"
	"github.com/honeyguide-chat/honeyguide/knowledge/shop"
)

// A SignsHarness gives one subtest an empty board.
type SignsHarness struct {
	Board dialog.SignBoard
	// Wait lets the time of the board pass.
	Wait func(time.Duration)
}

// TestSigns checks that the boards newHarness makes keep the contract of
// [dialog.SignBoard]. Every implementation calls it from its own tests.
func TestSigns(t *testing.T, newHarness func(*testing.T) SignsHarness) {
	t.Helper()
	const typing, keep = 300 * time.Millisecond, 2 * time.Second
	type put struct {
		side dialog.Author
		sign dialog.Sign
	}
	visitor := func(s dialog.Sign) put { return put{dialog.AuthorVisitor, s} }
	agent := func(s dialog.Sign) put { return put{dialog.AuthorAgent, s} }
	for _, tt := range []struct {
		name string
		puts []put
		wait time.Duration
		want dialog.Signs
	}{
		{name: "nothing is known"},
		{"one side types", []put{visitor(dialog.Sign{Typing: true})}, 0, dialog.Signs{Visitor: dialog.Sign{Typing: true}}},
		{"both sides", []put{visitor(dialog.Sign{Read: 3}), agent(dialog.Sign{Typing: true, Read: 1<<53 - 1})}, 0,
			dialog.Signs{Visitor: dialog.Sign{Read: 3}, Agent: dialog.Sign{Typing: true, Read: 1<<53 - 1}}},
		{"typing ends by itself", []put{agent(dialog.Sign{Typing: true, Read: 2})}, typing + 50*time.Millisecond,
			dialog.Signs{Agent: dialog.Sign{Read: 2}}},
		{"typing ends by a sign", []put{agent(dialog.Sign{Typing: true}), agent(dialog.Sign{})}, 0, dialog.Signs{}},
		{"what was read stays read", []put{visitor(dialog.Sign{Read: 7}), visitor(dialog.Sign{Read: 4})}, 0,
			dialog.Signs{Visitor: dialog.Sign{Read: 7}}},
		{"all is forgotten", []put{visitor(dialog.Sign{Read: 7})}, keep + 50*time.Millisecond, dialog.Signs{}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			h := newHarness(t)
			for _, p := range tt.puts {
				if err := h.Board.Put(t.Context(), shopA, "s", p.side, p.sign, typing, keep); err != nil {
					t.Fatal(err)
				}
			}
			if tt.wait > 0 {
				h.Wait(tt.wait)
			}
			wantSigns(t, h, shopA, "s", tt.want)
			wantSigns(t, h, shopA, "other", dialog.Signs{})
			wantSigns(t, h, shopB, "s", dialog.Signs{})
		})
	}
}

func wantSigns(t *testing.T, h SignsHarness, id shop.ID, session string, want dialog.Signs) {
	t.Helper()
	got, err := h.Board.Get(t.Context(), id, session)
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("Get(%s, %s) = %v (-want +got):\n%s", id, session, err, diff)
	}
}
