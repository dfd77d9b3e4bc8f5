package dialog_test

import (
	"errors"
	"slices"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/honeyguide-chat/honeyguide/dialog"
	"github.com/honeyguide-chat/honeyguide/handoff"
	"github.com/honeyguide-chat/honeyguide/knowledge"
)

// TestAnyDialog drives random dialogs: words, picks good and stale, buttons,
// repeated turns, agents, time, conflicts, lost answers of the store and swaps
// of the release. After each step the promises of the package must hold.
func TestAnyDialog(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := newMachine(t)
		m.sessions = append(m.sessions, m.start())
		t.Repeat(map[string]func(*rapid.T){
			"":        m.check,
			"start":   m.startSession,
			"say":     m.sayAnything,
			"pick":    m.pickAnything,
			"also":    m.pickAsked,
			"press":   m.pressAnything,
			"repeat":  m.repeatTurn,
			"rate":    m.rateAnything,
			"agent":   m.agentActs,
			"agent 2": m.agentActs,
			"staff":   m.staffActs,
			"route":   m.route,
			"survey":  m.surveyAnything,
			"time":    m.letPass,
			"fault":   m.breakStore,
			"release": m.swapRelease,
		})
		m.settle(t)
	})
}

type sentTurn struct {
	req   dialog.TurnRequest
	reply *dialog.Reply // nil where the client got an error
}

type machine struct {
	*world
	sessions []string
	tickets  []string
	stale    []string // ids of offers seen at any time
	sent     map[string]sentTurn
	order    []string // of sent
	faults   int      // operations of the store that will fail
	release  uint64
	routers  []*dialog.Stepper
}

// words are what customers of shopTree may say.
var words = []string{
	"我要退货", "怎么申请退货", "第8天还能退货吗", "七天无理由怎么算", "充值没到账", "退货运费谁出", "运费险怎么赔", "已经超过七天了怎么办",
	"运费险的退货运费", "退货退款", "丰巢", "不是快递柜", "我自己签的", "8", "9999", "八天", "昨天", "有", "没有", "是的", "不知道", "1", "2", "第三个", "9",
	"怎么申请退货，还有退货运费谁出", "第八天还能退货吗？另外运费险怎么赔，充值没到账？", "运费险怎么赔，还有我要退货", "充值没到账。退货运费谁出。怎么申请退货。怎么换货。运费险怎么赔",
	"都不是", "转人工", "别用机器人糊弄我", "不用转人工", "量子纠缠", "谢谢", "你好", "😡", "？", "好的", "继续", "回到刚才的问题", "我的账号是 10001", "七到八天",
}

func anyWords(t *rapid.T) string {
	return rapid.OneOf(rapid.SampledFrom(words), rapid.SampledFrom(words), rapid.StringN(1, 30, -1)).Draw(t, "text")
}

func (m *machine) session(t *rapid.T) string { return rapid.SampledFrom(m.sessions).Draw(t, "session") }

func (m *machine) startSession(t *rapid.T) {
	if len(m.sessions) >= 3 {
		t.Skip()
	}
	s, entries, err := m.service.Start(t.Context(), dialog.StartRequest{
		Shop: testShop, Visitor: "ann", Locale: rapid.SampledFrom([]string{"", "zh-CN", "en"}).Draw(t, "locale"),
	})
	if m.allowed(t, "Start", err) {
		m.sessions = append(m.sessions, s.ID)
		m.remember(entries[0].Offers)
	}
}

func (m *machine) remember(offers []dialog.Offer) {
	for _, o := range offers {
		if !slices.Contains(m.stale, o.ID) {
			m.stale = append(m.stale, o.ID)
		}
	}
}

func (m *machine) send(t *rapid.T, req dialog.TurnRequest) {
	reply, err := m.service.Turn(t.Context(), req)
	if !m.allowed(t, "Turn", err, dialog.ErrClosed, dialog.ErrFull) {
		reply = nil
	}
	m.got(req, reply)
}

// got notes a turn and its reply, or nil where that got lost.
func (m *machine) got(req dialog.TurnRequest, reply *dialog.Reply) {
	m.sent[req.Turn] = sentTurn{req, reply}
	m.order = append(m.order, req.Turn)
	if reply == nil {
		return
	}
	m.remember(reply.Offers)
	if reply.Ticket != "" && !slices.Contains(m.tickets, reply.Ticket) {
		m.tickets = append(m.tickets, reply.Ticket)
	}
}

func (m *machine) sayAnything(t *rapid.T) {
	m.send(t, dialog.TurnRequest{
		Shop: testShop, Visitor: "ann", Session: m.session(t), Turn: m.turnID(), Text: anyWords(t),
	})
}

func (m *machine) pickAnything(t *rapid.T) {
	id := m.session(t)
	s, _ := m.store.stored(testShop, id)
	choices := append([]string{"node:nowhere"}, m.stale...)
	if len(s.Offers) > 0 && rapid.Bool().Draw(t, "offered") {
		choices = nil
		for _, o := range s.Offers {
			choices = append(choices, o.ID)
		}
	}
	m.send(t, dialog.TurnRequest{
		Shop: testShop, Visitor: "ann", Session: id, Turn: m.turnID(),
		Pick: rapid.SampledFrom(choices).Draw(t, "pick"),
	})
}

// pickAsked picks what the customer also asked, however long ago: while the
// session is open and the tree has it, that works.
func (m *machine) pickAsked(t *rapid.T) {
	id := m.session(t)
	s, _ := m.store.stored(testShop, id)
	if len(s.Also) == 0 {
		t.Skip()
	}
	o := rapid.SampledFrom(s.Also).Draw(t, "also")
	req := dialog.TurnRequest{Shop: testShop, Visitor: "ann", Session: id, Turn: m.turnID(), Pick: o.ID}
	r, err := m.service.Turn(t.Context(), req)
	if err != nil {
		m.got(req, nil)
		if !errors.Is(err, dialog.ErrClosed) && !errors.Is(err, dialog.ErrConflict) && !errors.Is(err, dialog.ErrUnavailable) {
			t.Fatalf("picking %s, which was also asked = %v", o.ID, err)
		}
		return
	}
	m.got(req, r)
}

// repeatTurn sends a turn again. A turn that had a reply must have it again;
// one whose reply got lost may be handled now.
func (m *machine) repeatTurn(t *rapid.T) {
	if len(m.order) == 0 {
		t.Skip()
	}
	was := m.sent[rapid.SampledFrom(m.order).Draw(t, "turn")]
	again, err := m.service.Turn(t.Context(), was.req)
	if !m.allowed(t, "Turn again", err, dialog.ErrClosed, dialog.ErrFull) {
		if was.reply != nil && !errors.Is(err, dialog.ErrUnavailable) && !errors.Is(err, dialog.ErrConflict) {
			t.Fatalf("repeating a turn that had a reply = %v", err)
		}
		return
	}
	if was.reply != nil {
		if diff := cmp.Diff(was.reply, again); diff != "" {
			t.Fatalf("the same turn, another reply (-first +again):\n%s", diff)
		}
	}
	if again.Ticket != "" && !slices.Contains(m.tickets, again.Ticket) {
		m.tickets = append(m.tickets, again.Ticket)
	}
	m.sent[was.req.Turn] = sentTurn{was.req, again}
}

func (m *machine) pressAnything(t *rapid.T) {
	req := m.act(m.session(t))
	switch rapid.SampledFrom([]string{"human", "human", "back", "back", "end"}).Draw(t, "button") {
	case "human":
		r, err := m.service.AskHuman(t.Context(), req)
		if m.allowed(t, "AskHuman", err, dialog.ErrClosed, dialog.ErrFull) && !slices.Contains(m.tickets, r.Ticket) {
			m.tickets = append(m.tickets, r.Ticket)
		}
	case "back":
		_, err := m.service.BackToBot(t.Context(), req)
		m.allowed(t, "BackToBot", err, dialog.ErrClosed, dialog.ErrNotWaiting, dialog.ErrFull)
	case "end":
		if rapid.IntRange(0, 3).Draw(t, "really") == 0 { // or most dialogs would be short
			_, err := m.service.End(t.Context(), req)
			m.allowed(t, "End", err)
		}
	}
}

func (m *machine) rateAnything(t *rapid.T) {
	_, err := m.service.Rate(t.Context(), dialog.RateRequest{
		Shop: testShop, Visitor: "ann", Session: m.session(t), Turn: m.turnID(),
		Entry: rapid.Uint64Range(0, 20).Draw(t, "entry"), Good: rapid.Bool().Draw(t, "good"),
	})
	m.allowed(t, "Rate", err, dialog.ErrNotFound, dialog.ErrFull)
}

// breakStore makes the next operations fail: by conflicts, by being away, or
// by losing the answer to a commit that was made.
func (m *machine) breakStore(t *rapid.T) {
	how := rapid.SampledFrom([]string{"conflict", "away", "lost"}).Draw(t, "how")
	m.faults = rapid.IntRange(1, 10).Draw(t, "times")
	spend := func(err error) error {
		if m.faults == 0 {
			return nil
		}
		m.faults--
		return err
	}
	m.store.fail, m.store.lost = func(string) error { return nil }, func() error { return nil }
	switch how {
	case "conflict":
		m.store.fail = func(op string) error {
			if op != "commit" {
				return nil
			}
			return spend(dialog.ErrConflict)
		}
	case "away":
		m.store.fail = func(string) error { return spend(dialog.ErrUnavailable) }
	case "lost":
		m.store.lost = func() error { return spend(dialog.ErrUnavailable) }
	}
}

// swapRelease publishes a tree of which a part is missing or differs, or
// takes the knowledge away.
func (m *machine) swapRelease(t *rapid.T) {
	doc := shopTree()
	m.release++
	switch rapid.SampledFrom([]string{"same", "none", "no returns", "other options", "other types"}).Draw(t, "tree") {
	case "none":
		m.knowledge.live.Store(nil)
		return
	case "no returns":
		doc.Nodes = doc.Nodes[1:]
	case "other options":
		doc.Slots[0].Options = doc.Slots[0].Options[:2]
	case "other types":
		doc.Slots[1].Max = 5
		doc.Slots[4].Type = knowledge.SlotNumber
		doc.Slots[4].Max = 9
		doc.Nodes[1].Branches[0].When = "seller_proof > 3"
	}
	m.knowledge.publish(t, m.release, doc)
}

// allowed reports whether an act succeeded, and fails the test where it ended
// in an error that it must not end in.
func (m *machine) allowed(t *rapid.T, what string, err error, also ...error) bool {
	if err == nil {
		return true
	}
	var ferr *dialog.FieldError
	if errors.As(err, &ferr) && (ferr.Field == "pick" || ferr.Field == "entry" || ferr.Field == "text" || ferr.Field == "ticket") {
		return false
	}
	for _, ok := range append(also, dialog.ErrConflict, dialog.ErrUnavailable, handoff.ErrConflict) {
		if errors.Is(err, ok) {
			return false
		}
	}
	t.Fatalf("%s = %v", what, err)
	return false
}

// check holds the package to its promises.
func (m *machine) check(t *rapid.T) {
	if n := m.knowledge.pinned.Load(); n != 0 {
		t.Fatalf("%d releases are still pinned", n)
	}
	m.checkDesks(t, "sup")
	open := 0
	for _, id := range m.sessions {
		s, entries := m.store.stored(testShop, id)
		m.checkOwner(t, s)
		if s.Ticket != "" {
			open++
		}
		checkTranscript(t, s, entries)
		checkAsks(t, entries)
		checkBounds(t, s)
	}
	for _, ticket := range m.store.all(testShop, (*handoff.Ticket).Open) {
		open--
		if s, _ := m.store.stored(testShop, ticket.Session); s.Ticket != ticket.ID {
			t.Fatalf("open ticket %s is not its session's %q", ticket.ID, s.Ticket)
		}
	}
	if open != 0 {
		t.Fatalf("%d more sessions with tickets than open tickets", open)
	}
}

// checkOwner: WAITING has a waiting ticket, HUMAN a held one, BOT and CLOSED
// none. Nothing expires in human hands.
func (m *machine) checkOwner(t *rapid.T, s dialog.Session) {
	want := map[dialog.State]handoff.State{dialog.StateWaiting: handoff.Waiting, dialog.StateHuman: handoff.Held}[s.State]
	var got handoff.State
	if s.Ticket != "" {
		got = m.store.tickets[ticketKey(testShop, s.Ticket)].State
	}
	if got != want {
		t.Fatalf("session in %s with a ticket in %q, want %q", s.State, got, want)
	}
	if (want != "") && !s.Expires.IsZero() {
		t.Fatalf("session in %s expires at %v", s.State, s.Expires)
	}
	if s.State != dialog.StateBot && (s.Walk != nil || s.Aside != nil || s.Offers != nil || s.Also != nil || s.Asks+s.Misses != 0) {
		t.Fatalf("session in %s still waits for the customer: %+v", s.State, s)
	}
}

// checkTranscript: no gaps, and the bot speaks only where it owns the session.
func checkTranscript(t *rapid.T, s dialog.Session, entries []dialog.Entry) {
	if s.Seq != uint64(len(entries)) || s.State != entries[len(entries)-1].State {
		t.Fatalf("session at %d in %s, transcript of %d in %s", s.Seq, s.State, len(entries), entries[len(entries)-1].State)
	}
	before := dialog.StateBot
	for i, e := range entries {
		if e.Seq != uint64(i+1) {
			t.Fatalf("entry %d has seq %d", i+1, e.Seq)
		}
		if e.Author == dialog.AuthorBot && before != dialog.StateBot {
			t.Fatalf("the bot speaks in %s: %+v", before, e)
		}
		if e.Author == dialog.AuthorAgent && before != dialog.StateHuman {
			t.Fatalf("an agent speaks in %s: %+v", before, e)
		}
		if e.State != before && e.Author == dialog.AuthorVisitor {
			t.Fatalf("the state changes from %s to %s without a word to the customer: %+v", before, e.State, e)
		}
		if e.Author != dialog.AuthorVisitor && e.Text == "" {
			t.Fatalf("nothing said: %+v", e)
		}
		before = e.State
	}
}

// checkAsks: no loop. From the third ask in a row on a human is offered, no two
// asks in a row brought nothing, and no third list follows two.
func checkAsks(t *rapid.T, entries []dialog.Entry) {
	asks, unsure, missed := 0, 0, false
	for _, e := range entries {
		switch {
		case e.Reason == dialog.ReasonCourtesy: // settles nothing
			continue
		case e.Author == dialog.AuthorSystem, e.Author == dialog.AuthorBot && e.Decision != dialog.Ask:
			asks, unsure, missed = 0, 0, false
			continue
		case e.Author != dialog.AuthorBot:
			continue
		}
		asks++
		human := slices.ContainsFunc(e.Offers, func(o dialog.Offer) bool { return o.Kind == dialog.OfferHuman })
		if asks > dialog.MaxAsks != human {
			t.Fatalf("ask %d in a row, human offered: %t: %+v", asks, human, e)
		}
		if e.Reason != dialog.ReasonUnsure {
			unsure = 0
		} else if unsure++; unsure > 2 {
			t.Fatalf("did you mean, the third time: %+v", e)
		}
		miss := slices.Contains([]dialog.Reason{dialog.ReasonUnknown, dialog.ReasonNoneOfThese, dialog.ReasonSlotAgain}, e.Reason)
		if miss && missed {
			t.Fatalf("two asks in a row that brought nothing: %+v", e)
		}
		missed = miss
	}
}

// checkBounds: what a session holds is bounded, and offers can be told apart.
func checkBounds(t *rapid.T, s dialog.Session) {
	if len(s.Aside) > dialog.MaxWalkDepth || len(s.Offers) > dialog.MaxOffers || s.Misses > 1 || len(s.Asked) > 20 || len(s.Seen) > 5 || len(s.Also) > 3 {
		t.Fatalf("session out of bounds: %+v", s)
	}
	checkOffers(t, s.Offers)
	checkOffers(t, s.Also)
	for _, o := range s.Also {
		if o.Node == s.Topic {
			t.Fatalf("%s was reached, and still counts as open: %+v", o.Node, s)
		}
	}
}

func checkOffers(t *rapid.T, offers []dialog.Offer) {
	ids := make(map[string]bool)
	for _, o := range offers {
		if ids[o.ID] || o.ID == "" || o.Label == "" || utf8.RuneCountInString(o.Label) > knowledge.MaxLabel {
			t.Fatalf("bad offer %+v in %+v", o, offers)
		}
		ids[o.ID] = true
	}
}
