package dialog_test

import (
	"errors"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/honeyguide-chat/honeyguide/dialog"
	"github.com/honeyguide-chat/honeyguide/handoff"
	"github.com/honeyguide-chat/honeyguide/handoff/calendar"
)

func TestVisitorWithTooManyTickets(t *testing.T) {
	w := newWorld(t, shopTree())
	w.changeRules(func(r *handoff.Rules) { r.MaxOpen = 2 })
	first, _ := w.wait()
	_, second := w.wait()
	w.claim("mei", second)
	id := w.start()
	for _, text := range []string{"转人工", "叫个活人来"} {
		r := w.say(id, text)
		if brief(r) != "ANSWER TOO_MANY_TICKETS BOT" || r.Ticket != "" || !strings.Contains(r.Text, "其他对话") {
			t.Errorf("handoff %q = %s %q, want to be told", text, brief(r), r.Text)
		}
	}
	if r, err := w.service.AskHuman(t.Context(), w.act(id)); err != nil || brief(r) != "ANSWER TOO_MANY_TICKETS BOT" {
		t.Errorf("AskHuman = %v, %v", r, err)
	}
	if r := w.say(id, "怎么申请退货"); brief(r) != "ANSWER EXACT_QUESTION returns.how BOT" {
		t.Errorf("the bot goes on with %s", brief(r))
	}
	for i, want := range []string{"ASK UNKNOWN BOT", "ANSWER TOO_MANY_TICKETS BOT", "ASK UNKNOWN BOT"} {
		if r := w.say(id, "量子纠缠是什么"); brief(r) != want {
			t.Errorf("the bot says %s to what it does not understand, time %d, want %s", brief(r), i+1, want)
		}
	}
	if n := len(w.store.tickets); n != 2 {
		t.Errorf("%d tickets, want 2", n)
	}
	if _, err := w.service.BackToBot(t.Context(), w.act(first)); err != nil {
		t.Fatal(err)
	}
	if r := w.say(id, "转人工"); brief(r) != "HANDOFF WISH_FOR_HUMAN WAITING" {
		t.Errorf("handoff after one was left = %s", brief(r))
	}
}

// TestTooManyTicketsAtOnce has one visitor ask for humans in many sessions at
// the same moment, on two nodes: all are told how it stands.
func TestTooManyTicketsAtOnce(t *testing.T) {
	w := newWorld(t, shopTree())
	const most, sessions = 2, 12
	w.changeRules(func(r *handoff.Rules) { r.MaxOpen = most })
	nodes := []*dialog.Service{w.service, w.newService(dialog.Config{MaxConflicts: 100})}
	acts := make([]dialog.ActRequest, sessions)
	for i := range acts {
		acts[i] = w.act(w.start())
	}
	var counting sync.WaitGroup // all have counted before the first one commits
	counting.Add(sessions)
	var commits atomic.Int32
	w.store.fail = func(op string) error {
		if op == "commit" && commits.Add(1) <= sessions {
			counting.Done()
			counting.Wait()
		}
		return nil
	}
	replies := make([]string, sessions)
	var wg sync.WaitGroup
	for i := range replies {
		wg.Go(func() {
			r, err := nodes[i%2].AskHuman(t.Context(), acts[i])
			if err != nil {
				t.Errorf("AskHuman = %v", err)
				return
			}
			replies[i] = brief(r)
		})
	}
	wg.Wait()
	slices.Sort(replies)
	want := slices.Repeat([]string{"ANSWER TOO_MANY_TICKETS BOT"}, sessions-most)
	want = append(want, slices.Repeat([]string{"HANDOFF REQUESTED WAITING"}, most)...)
	if diff := cmp.Diff(want, replies); diff != "" {
		t.Errorf("replies (-want +got):\n%s", diff)
	}
	if n := len(w.store.tickets); n != most {
		t.Errorf("%d tickets, want %d", n, most)
	}
}

// A session that is full and may not be handed over must not grow for ever.
func TestFullSessionOfAVisitorWithTooManyTickets(t *testing.T) {
	w := newWorld(t, shopTree())
	w.changeRules(func(r *handoff.Rules) { r.MaxOpen = 1 })
	w.wait()
	id := w.start()
	w.store.sessions[string(testShop)+"/"+id].session.Seq = dialog.MaxEntries - 2
	w.store.sessions[string(testShop)+"/"+id].entries = make([]dialog.Entry, dialog.MaxEntries-2)
	if r := w.say(id, "在吗"); brief(r) != "ANSWER TOO_MANY_TICKETS BOT" {
		t.Fatalf("turn of a long session = %s", brief(r))
	}
	for range 3 {
		_, err := w.service.Turn(t.Context(), dialog.TurnRequest{Shop: testShop, Visitor: "ann", Session: id, Turn: w.turnID(), Text: "在吗"})
		if !errors.Is(err, dialog.ErrFull) {
			t.Errorf("turn of a full session = %v, want ErrFull", err)
		}
	}
	if s, _ := w.store.stored(testShop, id); s.Seq > dialog.MaxEntries {
		t.Errorf("the session has %d entries, want at most %d", s.Seq, dialog.MaxEntries)
	}
}

func TestHandoffOutsideOpeningHours(t *testing.T) {
	for _, tt := range []struct {
		name, locale string
		at           time.Time
		want         string // in the words; "" is not closed
	}{
		{"before opening", "zh-CN", time.Date(2026, 3, 2, 0, 30, 0, 0, time.UTC), "将于3月2日 09:00恢复服务"}, // 8:30 in Shanghai
		{"open", "zh-CN", time.Date(2026, 3, 2, 1, 0, 0, 0, time.UTC), ""},
		{"at the weekend, in English", "en", time.Date(2026, 2, 28, 4, 0, 0, 0, time.UTC), "back on 2 March at 09:00"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t, shopTree())
			w.clock = tt.at
			w.changeRules(func(r *handoff.Rules) {
				r.Calendar = calendar.Calendar{Zone: "Asia/Shanghai", Hours: []calendar.Hours{{
					Days: []string{"mon", "tue", "wed", "thu", "fri"}, Periods: []calendar.Period{{From: "09:00", To: "18:00"}},
				}}}
			})
			s, _, err := w.service.Start(t.Context(), dialog.StartRequest{Shop: testShop, Visitor: "ann", Locale: tt.locale})
			if err != nil {
				t.Fatal(err)
			}
			r, err := w.service.AskHuman(t.Context(), w.act(s.ID))
			if err != nil || brief(r) != "HANDOFF REQUESTED WAITING" || r.Ticket == "" {
				t.Fatalf("AskHuman = %v, %v, want the customer in line at any hour", r, err)
			}
			closed := tt.want != ""
			if !strings.Contains(r.Text, tt.want) || closed != (strings.Contains(r.Text, "留言") || strings.Contains(r.Text, "message")) {
				t.Errorf("told %q, want %q in it", r.Text, tt.want)
			}
			if got := w.ticket(r.Ticket); got.Message != closed {
				t.Errorf("Message = %t, want %t", got.Message, closed)
			}
			stored, _ := w.store.stored(testShop, s.ID)
			wait, err := w.service.Wait(t.Context(), &stored)
			if err != nil || wait.Opens.IsZero() == closed || wait.Position != 0 {
				t.Errorf("Wait = %+v, %v, want when it opens: %t", wait, err, closed)
			}
			if r := w.say(s.ID, "订单 12345，没有收到货"); r.Decision != dialog.None {
				t.Errorf("the bot answers a message with %q", r.Text)
			}
		})
	}
}

func TestWaitOfASessionThatDoesNotWait(t *testing.T) {
	w := newWorld(t, shopTree())
	id, ticket := w.wait()
	waiting, _ := w.store.stored(testShop, id)
	w.claim("mei", ticket)
	held, _ := w.store.stored(testShop, id)
	for name, s := range map[string]*dialog.Session{"held": &held, "claimed since it was read": &waiting} {
		if _, err := w.service.Wait(t.Context(), s); !errors.Is(err, dialog.ErrNotWaiting) {
			t.Errorf("Wait of one that is %s = %v, want ErrNotWaiting", name, err)
		}
	}
}

func TestTicketPrefersTheLastAgent(t *testing.T) {
	w := newWorld(t, shopTree())
	id, ticket := w.wait()
	if got := w.ticket(ticket); got.Prefer != "" {
		t.Errorf("the first ticket prefers %q", got.Prefer)
	}
	w.staff("sup", 3, handoff.Online)
	w.claim("mei", ticket)
	if _, err := w.desk.TakeOver(t.Context(), testShop, "sup", dialog.TicketRequest{Ticket: ticket}); err != nil {
		t.Fatal(err)
	}
	if _, err := w.service.BackToBot(t.Context(), w.act(id)); err != nil {
		t.Fatal(err)
	}
	second := w.say(id, "转人工").Ticket
	if got := w.ticket(second); got.Prefer != "sup" || !got.PreferUntil.Equal(w.now().Add(15*time.Second)) {
		t.Errorf("ticket prefers %q until %v, want who had it last, for 15 s", got.Prefer, got.PreferUntil)
	}
	w.be("sup", handoff.Away, false)
	if _, err := w.service.BackToBot(t.Context(), w.act(id)); err != nil {
		t.Fatal(err)
	}
	if got := w.ticket(w.say(id, "转人工").Ticket); got.Prefer != "" {
		t.Errorf("ticket prefers %q, who is away", got.Prefer)
	}
	w.be("sup", handoff.Online, false)
	w.changeRules(func(r *handoff.Rules) { r.Prefer = 0 })
	if _, err := w.service.BackToBot(t.Context(), w.act(id)); err != nil {
		t.Fatal(err)
	}
	if got := w.ticket(w.say(id, "转人工").Ticket); got.Prefer != "" {
		t.Errorf("ticket prefers %q, where the shop does not want it", got.Prefer)
	}
}

func TestNewTicketNeeds(t *testing.T) {
	routes := []handoff.Route{
		{Skill: "general", Priority: 1},
		{Node: "topup", Skill: "recharge", Priority: 2, Weight: 2, Tags: []string{"充值"}},
		{Slot: "seller_proof", Is: "true", Tags: []string{"有凭证"}},
		{Node: "returns", Skill: "returns", Proficiency: 4},
	}
	for _, tt := range []struct {
		name, locale string
		say          []string
		needs        handoff.Needs
		priority     int
		weight       int
		tags         []string
	}{
		{"by a wish", "zh-CN", []string{"转人工"}, handoff.Needs{Skill: "general", Language: "zh"}, 1, 0, nil},
		{"by a wish in English", "en_GB", []string{"real person please"}, handoff.Needs{Skill: "general", Language: "en"}, 1, 0, nil},
		{"in the middle of a walk", "zh-CN", []string{"第8天还能退货吗", "转人工"}, handoff.Needs{Skill: "returns", Proficiency: 4, Language: "zh"}, 1, 0, nil},
		{
			"by a node that demands a skill and has its say after the routes", "zh-CN", []string{"充值没到账", "有", "QQ 10001"},
			handoff.Needs{Skill: "games", Language: "zh"}, 5, 2, []string{"充值", "有凭证"},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t, shopTree())
			w.changeRules(func(r *handoff.Rules) { r.Routes = routes })
			locale := strings.ReplaceAll(tt.locale, "_", "-")
			s, _, err := w.service.Start(t.Context(), dialog.StartRequest{Shop: testShop, Visitor: "ann", Locale: locale})
			if err != nil {
				t.Fatal(err)
			}
			var r *dialog.Reply
			for _, text := range tt.say {
				r = w.say(s.ID, text)
			}
			if r.Ticket == "" {
				t.Fatalf("last turn = %s, want a handoff", brief(r))
			}
			got := w.ticket(r.Ticket)
			if diff := cmp.Diff(tt.needs, got.Needs) + cmp.Diff(tt.tags, got.Tags); diff != "" || got.Priority != tt.priority || got.Weight != tt.weight {
				t.Errorf("priority %d, weight %d, want %d, %d; needs and tags (-want +got):\n%s", got.Priority, got.Weight, tt.priority, tt.weight, diff)
			}
		})
	}
}
