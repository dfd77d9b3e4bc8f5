package dialogtest

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/honeyguide-chat/honeyguide/dialog"
	"github.com/honeyguide-chat/honeyguide/handoff"
	"github.com/honeyguide-chat/honeyguide/knowledge"
	"github.com/honeyguide-chat/honeyguide/knowledge/shop"
)

// TestDeskRetries checks on stores that everything agents do with a ticket, and
// supervisors with the rules, is done once when it is sent again because its answer was lost: to the same node
// or another one, at the same moment, and when others have done something since.
func TestDeskRetries(t *testing.T, newStores func(*testing.T) dialog.Stores) {
	t.Helper()
	for _, tt := range deskActs {
		t.Run(tt.name, func(t *testing.T) {
			for _, after := range []string{"same node", "another node", "others since"} {
				t.Run(after, func(t *testing.T) { testLostAnswer(t, newStores(t), tt, after) })
			}
			t.Run("at once", func(t *testing.T) { testTwiceAtOnce(t, newStores(t), tt) })
		})
	}
	t.Run("rules", func(t *testing.T) { testRulesAgain(t, newStores(t)) })
}

// testRulesAgain stores rules twice, and then what others have changed since.
func testRulesAgain(t *testing.T, stores dialog.Stores) {
	o := newPair(t, stores)
	rules, err := o.first.Rules(t.Context(), shopA)
	o.must(err)
	rules.MaxOpen, rules.Relax, rules.Skills = 7, nil, map[string]handoff.Target{"a": rules.Target, "b": rules.Target}
	want, err := o.first.PutRules(t.Context(), rules)
	o.must(err)
	again, err := o.second.PutRules(t.Context(), rules)
	if err != nil {
		t.Errorf("PutRules again = %v, want nil", err)
	}
	wantSame(t, "rules when sent again", want, again)
	other := *rules
	other.MaxOpen = 8
	if _, err := o.second.PutRules(t.Context(), &other); !errors.Is(err, handoff.ErrConflict) {
		t.Errorf("PutRules of others with an old version = %v, want ErrConflict", err)
	}
	other.Version = want.Version
	_, err = o.second.PutRules(t.Context(), &other)
	o.must(err)
	if _, err := o.first.PutRules(t.Context(), rules); !errors.Is(err, handoff.ErrConflict) {
		t.Errorf("PutRules again, after others changed them = %v, want ErrConflict", err)
	}
}

// deskAct is something that mei does with a ticket.
type deskAct struct {
	name    string
	on      string // where the ticket is before: "free", "rings", "held", "closed"
	do      deskFunc
	other   deskFunc // with the same turn id
	entries int      // that it adds to the transcript
}

type deskFunc = func(context.Context, *dialog.Desk, string, dialog.TicketRequest) (*handoff.Ticket, error)

var deskActs = []deskAct{
	{"claim", "free", claim, requeue, 1},
	{"claim of a ring", "rings", claim, note("x"), 1},
	{"claim of the own", "held", claim, requeue, 0},
	{"decline", "rings", decline, claim, 0},
	{"reply", "held", reply("您好"), reply("再见"), 1},
	{"note", "held", note("老客户"), note("新客户"), 0},
	{"transfer to an agent", "held", transfer("bo", "", "急"), transfer("bo", "", ""), 1},
	{"transfer to a skill", "held", transfer("", "refund", ""), transfer("", "returns", ""), 1},
	{"requeue", "held", requeue, transfer("bo", "", ""), 1},
	{"requeue of a ring", "rings", requeue, decline, 0},
	{"take over", "free", takeOver, claim, 1},
	{"close", "held", closing(false, "a", "b"), closing(false, "ab"), 1},
	{"give back to the bot", "held", closing(true), closing(false), 1},
	{"force close", "free", forceClosing(true), closing(true), 1},
	{"wrap up", "closed", wrapUp("已补发"), wrapUp("已退款"), 0},
}

func claim(ctx context.Context, d *dialog.Desk, agent string, r dialog.TicketRequest) (*handoff.Ticket, error) {
	return d.Claim(ctx, shopA, agent, r)
}

func decline(ctx context.Context, d *dialog.Desk, agent string, r dialog.TicketRequest) (*handoff.Ticket, error) {
	return d.Decline(ctx, shopA, agent, r)
}

func requeue(ctx context.Context, d *dialog.Desk, agent string, r dialog.TicketRequest) (*handoff.Ticket, error) {
	return d.Requeue(ctx, shopA, agent, r)
}

func takeOver(ctx context.Context, d *dialog.Desk, agent string, r dialog.TicketRequest) (*handoff.Ticket, error) {
	return d.TakeOver(ctx, shopA, agent, r)
}

// reply returns the ticket, like other acts, where its entry is the right one.
func reply(text string) deskFunc {
	return func(ctx context.Context, d *dialog.Desk, agent string, r dialog.TicketRequest) (*handoff.Ticket, error) {
		e, err := d.Reply(ctx, shopA, agent, dialog.ReplyRequest{Ticket: r.Ticket, Turn: r.Turn, Text: text})
		if err != nil {
			return nil, err
		}
		if e.Text != text || e.Turn != r.Turn || e.Agent != agent {
			return nil, fmt.Errorf("entry of the reply %q is %+v", text, e)
		}
		t, _, err := d.Get(ctx, shopA, r.Ticket)
		return t, err
	}
}

func note(text string) deskFunc {
	return func(ctx context.Context, d *dialog.Desk, agent string, r dialog.TicketRequest) (*handoff.Ticket, error) {
		return d.Note(ctx, shopA, agent, dialog.NoteRequest{Ticket: r.Ticket, Turn: r.Turn, Text: text})
	}
}

func transfer(to, skill, note string) deskFunc {
	return func(ctx context.Context, d *dialog.Desk, agent string, r dialog.TicketRequest) (*handoff.Ticket, error) {
		return d.Transfer(ctx, shopA, agent, dialog.TransferRequest{
			Ticket: r.Ticket, Turn: r.Turn, Agent: to, Needs: handoff.Needs{Skill: skill}, Note: note,
		})
	}
}

func closing(back bool, tags ...string) deskFunc {
	return func(ctx context.Context, d *dialog.Desk, agent string, r dialog.TicketRequest) (*handoff.Ticket, error) {
		return d.Close(ctx, shopA, agent, dialog.CloseRequest{Ticket: r.Ticket, Turn: r.Turn, Outcome: "ok", BackToBot: back, Tags: tags})
	}
}

func forceClosing(back bool) deskFunc {
	return func(ctx context.Context, d *dialog.Desk, agent string, r dialog.TicketRequest) (*handoff.Ticket, error) {
		return d.ForceClose(ctx, shopA, agent, dialog.CloseRequest{Ticket: r.Ticket, Turn: r.Turn, Outcome: "ok", BackToBot: back})
	}
}

func wrapUp(outcome string) deskFunc {
	return func(ctx context.Context, d *dialog.Desk, agent string, r dialog.TicketRequest) (*handoff.Ticket, error) {
		return d.WrapUp(ctx, shopA, agent, dialog.WrapUpRequest{Ticket: r.Ticket, Turn: r.Turn, Outcome: outcome})
	}
}

// testLostAnswer does an act whose answer is lost, and does it again.
func testLostAnswer(t *testing.T, stores dialog.Stores, act deskAct, after string) {
	o := newPair(t, stores)
	r := dialog.TicketRequest{Ticket: o.ticketThat(act.on), Turn: "t1"}
	before := o.look(r.Ticket)
	o.lose.Store(true)
	if _, err := act.do(t.Context(), o.first, "mei", r); !errors.Is(err, dialog.ErrUnavailable) {
		t.Fatalf("with its answer lost = %v, want ErrUnavailable", err)
	}
	done := o.look(r.Ticket)
	if added := len(done.Entries) - len(before.Entries); added != act.entries {
		t.Fatalf("with its answer lost: %d entries more, want %d", added, act.entries)
	}
	desk := o.second
	switch after {
	case "same node":
		desk = o.first
	case "others since":
		o.others(r.Ticket)
		done = o.look(r.Ticket)
	}
	again, err := act.do(t.Context(), desk, "mei", r)
	if err != nil {
		t.Fatalf("sent again = %v, want the answer", err)
	}
	wantSame(t, "answer when sent again", done.Ticket, again)
	wantSame(t, "what is stored after it was sent again", done, o.look(r.Ticket))
	if _, err := act.other(t.Context(), desk, "mei", r); !errors.Is(err, dialog.ErrTurnReused) {
		t.Errorf("its turn id with something else = %v, want ErrTurnReused", err)
	}
	wantSame(t, "what is stored after its turn id came with something else", done, o.look(r.Ticket))
	if _, err := note("mine")(t.Context(), desk, "bo", r); err != nil {
		t.Errorf("the same turn id of another agent = %v, want nil", err)
	}
}

// testTwiceAtOnce does an act on two nodes at the same moment.
func testTwiceAtOnce(t *testing.T, stores dialog.Stores, act deskAct) {
	o := newPair(t, stores)
	r := dialog.TicketRequest{Ticket: o.ticketThat(act.on), Turn: "t1"}
	before := o.look(r.Ticket)
	answers := make([]*handoff.Ticket, 6)
	var wg sync.WaitGroup
	for i := range answers {
		desk := []*dialog.Desk{o.first, o.second}[i%2]
		wg.Go(func() {
			var err error
			if answers[i], err = act.do(t.Context(), desk, "mei", r); err != nil {
				t.Errorf("at once = %v, want nil", err)
			}
		})
	}
	wg.Wait()
	after := o.look(r.Ticket)
	for _, answer := range answers {
		wantSame(t, "answer", after.Ticket, answer)
	}
	if entries := len(after.Entries) - len(before.Entries); entries != act.entries || after.Ticket.Version > before.Ticket.Version+1 {
		t.Errorf("%d entries more and ticket at version %d after %d, want %d and at most one more", entries, after.Ticket.Version, before.Ticket.Version, act.entries)
	}
}

// pair is two nodes on one set of stores. mei and bo are at work.
type pair struct {
	t             *testing.T
	stores        dialog.Stores
	service       *dialog.Service // of the second node
	first, second *dialog.Desk
	lose          atomic.Bool // the answer to the first node's next commit is lost
}

// deaf is a store of which one answer is lost.
type deaf struct {
	dialog.Store
	lose *atomic.Bool
}

func (s deaf) Commit(ctx context.Context, c *dialog.Change) error {
	err := s.Store.Commit(ctx, c)
	if err == nil && s.lose.Swap(false) {
		return fmt.Errorf("answer lost: %w", dialog.ErrUnavailable)
	}
	return err
}

// ignorant is a shop that has published nothing.
type ignorant struct{}

func (ignorant) Acquire(context.Context, shop.ID) (dialog.Release, error) {
	return nil, knowledge.ErrNoRelease
}

func newPair(t *testing.T, stores dialog.Stores) *pair {
	t.Helper()
	o := &pair{t: t, stores: stores}
	node := func(s dialog.Stores) *dialog.Service {
		return dialog.NewService(s, ignorant{}, time.Now, rand.Text, dialog.Config{MaxConflicts: 100})
	}
	losing := stores
	losing.Store = deaf{stores.Store, &o.lose}
	o.service = node(stores)
	o.first, o.second = dialog.NewDesk(node(losing)), dialog.NewDesk(o.service)
	rules, err := o.second.Rules(t.Context(), shopA)
	o.must(err)
	rules.WrapUp = time.Minute
	_, err = o.second.PutRules(t.Context(), rules)
	o.must(err)
	for _, agent := range []string{"mei", "bo"} {
		_, err := o.second.SetPresence(t.Context(), shopA, agent, handoff.Online, false)
		o.must(err)
	}
	return o
}

func (o *pair) must(err error) {
	o.t.Helper()
	if err != nil {
		o.t.Fatal(err)
	}
}

// ticketThat returns a ticket of a new session that is so for mei.
func (o *pair) ticketThat(on string) string {
	o.t.Helper()
	ctx := o.t.Context()
	s, _, err := o.service.Start(ctx, dialog.StartRequest{Shop: shopA, Visitor: "ann"})
	o.must(err)
	said, err := o.service.AskHuman(ctx, dialog.ActRequest{Shop: shopA, Visitor: "ann", Session: s.ID, Turn: "v1"})
	o.must(err)
	r := dialog.TicketRequest{Ticket: said.Ticket}
	switch on {
	case "rings":
		o.ring(s.ID, r.Ticket)
	case "held", "closed":
		_, err = claim(ctx, o.second, "mei", r)
		o.must(err)
	}
	if on == "closed" {
		_, err = closing(false)(ctx, o.second, "mei", r)
		o.must(err)
	}
	return r.Ticket
}

// ring lets a ticket ring at mei's desk, as a router would.
func (o *pair) ring(session, ticket string) {
	o.t.Helper()
	s, _, err := o.stores.Store.Load(o.t.Context(), shopA, session, "")
	o.must(err)
	t, err := o.stores.Staff.Queue.Get(o.t.Context(), shopA, ticket)
	o.must(err)
	a, err := o.stores.Staff.Roster.Agent(o.t.Context(), shopA, "mei")
	o.must(err)
	o.must(t.Ring(a, time.Now(), time.Minute))
	o.must(o.stores.Store.Commit(o.t.Context(), &dialog.Change{Session: s, Ticket: t, Agents: []*handoff.Agent{a}}))
}

// others is what happens meanwhile: a supervisor takes the ticket, and says
// something; of one that is closed, a note is left.
func (o *pair) others(ticket string) {
	o.t.Helper()
	r := dialog.TicketRequest{Ticket: ticket, Turn: "o1"}
	if t, err := o.stores.Staff.Queue.Get(o.t.Context(), shopA, ticket); err == nil && t.Open() {
		_, err := takeOver(o.t.Context(), o.second, "sup", r)
		o.must(err)
	}
	_, err := note("meanwhile")(o.t.Context(), o.second, "sup", dialog.TicketRequest{Ticket: ticket, Turn: "o2"})
	o.must(err)
}

// sight is all that an act could change.
type sight struct {
	Ticket  *handoff.Ticket
	Entries []dialog.Entry
	Agents  []*handoff.Agent
}

func (o *pair) look(ticket string) sight {
	o.t.Helper()
	t, entries, err := o.second.Get(o.t.Context(), shopA, ticket)
	o.must(err)
	agents, err := o.second.Agents(o.t.Context(), shopA, "", everything)
	o.must(err)
	return sight{t, entries, agents}
}
