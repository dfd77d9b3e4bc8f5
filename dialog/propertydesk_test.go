package dialog_test

import (
	"log/slog"
	"slices"
	"time"

	"pgregory.net/rapid"

	"github.com/honeyguide-chat/honeyguide/dialog"
	"github.com/honeyguide-chat/honeyguide/handoff"
)

// newMachine returns a machine with two agents, a supervisor, and two routers
// that may both believe that they lead.
func newMachine(t *rapid.T) *machine {
	m := &machine{world: newWorld(t, shopTree()), sent: make(map[string]sentTurn)}
	m.changeRules(func(r *handoff.Rules) {
		r.Mode = rapid.SampledFrom([]handoff.Mode{handoff.Push, handoff.Push, handoff.Assign, handoff.Pull}).Draw(t, "mode")
		r.MaxOpen = rapid.SampledFrom([]int{1, 2, 100}).Draw(t, "most tickets")
		r.WrapUp = rapid.SampledFrom([]time.Duration{0, 0, time.Minute}).Draw(t, "wrap-up")
		r.Lease = 10 * time.Minute
	})
	m.store.allLead = rapid.Bool().Draw(t, "both routers lead")
	m.staff("mei", rapid.IntRange(1, 3).Draw(t, "capacity"), handoff.Online)
	m.staff("bo", 1, handoff.Online)
	for _, node := range []string{"a", "b"} {
		router := dialog.NewRouter(m.newService(dialog.Config{}), node, slog.New(slog.DiscardHandler))
		m.routers = append(m.routers, dialog.NewStepper(router, testShop))
	}
	return m
}

// deskErrors are what agents may be told.
func deskErrors() []error {
	return []error{
		handoff.ErrTaken, handoff.ErrNotHolder, handoff.ErrClosed, handoff.ErrOffered, handoff.ErrNotOffered,
		handoff.ErrNotTaking, handoff.ErrAtCapacity, handoff.ErrNoAgent, handoff.ErrFull, dialog.ErrFull,
	}
}

func anyAgent(t *rapid.T) string { return rapid.SampledFrom([]string{"mei", "bo"}).Draw(t, "agent") }

// anyTicket draws one that there is, more often an open one.
func (m *machine) anyTicket(t *rapid.T) string {
	open := rapid.IntRange(0, 3).Draw(t, "open") > 0
	var ids []string
	for _, ticket := range m.store.all(testShop, func(t *handoff.Ticket) bool { return t.Open() || !open }) {
		ids = append(ids, ticket.ID)
	}
	if len(ids) == 0 {
		t.Skip()
	}
	slices.Sort(ids)
	return rapid.SampledFrom(ids).Draw(t, "ticket")
}

func (m *machine) agentActs(t *rapid.T) {
	ctx, agent, ticket := t.Context(), anyAgent(t), m.anyTicket(t)
	act := rapid.SampledFrom([]string{
		"claim", "claim", "decline", "say", "note", "suggest", "transfer", "transfer to skill", "requeue", "close", "return", "wrap up", "sign",
	}).Draw(t, "act")
	var err error
	switch act {
	case "claim":
		_, err = m.desk.Claim(ctx, testShop, agent, dialog.TicketRequest{Ticket: ticket})
	case "decline":
		_, err = m.desk.Decline(ctx, testShop, agent, dialog.TicketRequest{Ticket: ticket})
	case "say":
		_, err = m.desk.Reply(ctx, testShop, agent, dialog.ReplyRequest{Ticket: ticket, Turn: m.turnID(), Text: "您好", Suggestion: "returns.how"})
	case "note":
		_, err = m.desk.Note(ctx, testShop, agent, dialog.NoteRequest{Ticket: ticket, Turn: m.turnID(), Text: "记一下"})
	case "suggest":
		_, err = m.desk.Suggest(ctx, testShop, agent, ticket, 0)
	case "transfer":
		to := map[string]string{"mei": "bo", "bo": "mei"}[agent]
		_, err = m.desk.Transfer(ctx, testShop, agent, dialog.TransferRequest{Ticket: ticket, Agent: to, Note: "请接手"})
	case "transfer to skill":
		_, err = m.desk.Transfer(ctx, testShop, agent, dialog.TransferRequest{Ticket: ticket, Needs: handoff.Needs{Skill: "games"}})
	case "requeue":
		_, err = m.desk.Requeue(ctx, testShop, agent, dialog.TicketRequest{Ticket: ticket})
	case "wrap up":
		_, err = m.desk.WrapUp(ctx, testShop, agent, dialog.WrapUpRequest{Ticket: ticket, Tags: []string{"a"}})
	case "sign":
		err = m.desk.Sign(ctx, testShop, agent, ticket, dialog.SignRequest{Typing: true})
	default:
		_, err = m.desk.Close(ctx, testShop, agent, dialog.CloseRequest{Ticket: ticket, Outcome: "ok", BackToBot: act == "return"})
	}
	m.allowed(t, act, err, deskErrors()...)
}

// staffActs: agents come and go, supervisors step in.
func (m *machine) staffActs(t *rapid.T) {
	ctx := t.Context()
	act := rapid.SampledFrom([]string{"come", "come", "pause", "go", "go later", "take over", "force", "here"}).Draw(t, "act")
	var err error
	switch act {
	case "come":
		_, err = m.desk.SetPresence(ctx, testShop, anyAgent(t), handoff.Online, false)
	case "pause":
		p := rapid.SampledFrom([]handoff.Presence{handoff.Busy, handoff.Away}).Draw(t, "presence")
		_, err = m.desk.SetPresence(ctx, testShop, anyAgent(t), p, false)
	case "go", "go later":
		_, err = m.desk.SetPresence(ctx, testShop, anyAgent(t), handoff.Offline, act == "go later")
	case "take over":
		_, err = m.desk.TakeOver(ctx, testShop, "sup", dialog.TicketRequest{Ticket: m.anyTicket(t)})
	case "force":
		_, err = m.desk.ForceClose(ctx, testShop, "sup", dialog.CloseRequest{Ticket: m.anyTicket(t), Outcome: "ok", BackToBot: true})
	case "here":
		_, err = m.desk.Self(ctx, testShop, anyAgent(t))
	}
	m.allowed(t, act, err, deskErrors()...)
}

func (m *machine) route(t *rapid.T) {
	err := rapid.SampledFrom(m.routers).Draw(t, "router").Step(t.Context())
	m.allowed(t, "a look of the router", err)
}

func (m *machine) surveyAnything(t *rapid.T) {
	req := dialog.SurveyRequest{ActRequest: m.act(m.session(t)), Score: rapid.IntRange(1, 5).Draw(t, "score"), Comment: "还行"}
	if rapid.Bool().Draw(t, "of one") {
		req.Ticket = m.anyTicket(t)
	}
	m.allowed(t, "Survey", m.service.Survey(t.Context(), req), dialog.ErrNotFound, dialog.ErrSurveyed, dialog.ErrFull)
}

// letPass lets seconds or minutes pass.
func (m *machine) letPass(t *rapid.T) {
	d := time.Duration(rapid.IntRange(1, 20).Draw(t, "time"))
	m.pass(d * rapid.SampledFrom([]time.Duration{time.Second, time.Minute}).Draw(t, "unit"))
}

// settle checks that nobody was forgotten: when the store is well again and an
// agent with much room is there, every customer in line gets that agent.
func (m *machine) settle(t *rapid.T) {
	m.store.fail, m.store.lost = func(string) error { return nil }, func() error { return nil }
	// A ring of before, which mei does not hear, must not set her away.
	m.changeRules(func(r *handoff.Rules) { r.Mode, r.Misses = handoff.Assign, 0 })
	if _, err := m.desk.PutAgent(t.Context(), testShop, dialog.AgentSettings{Name: "mei", Capacity: handoff.MaxCapacity}); err != nil {
		t.Fatalf("PutAgent = %v", err)
	}
	m.be("mei", handoff.Online, false)
	for range 20 {
		m.pass(time.Minute)
		if _, err := m.desk.Self(t.Context(), testShop, "mei"); err != nil {
			t.Fatalf("Self = %v", err)
		}
		for _, router := range m.routers {
			if err := router.Step(t.Context()); err != nil {
				t.Fatalf("a look of the router = %v", err)
			}
		}
		m.check(t)
	}
	for _, ticket := range m.store.all(testShop, (*handoff.Ticket).Open) {
		if ticket.State != handoff.Held || ticket.Agent != "mei" {
			t.Fatalf("after 20 minutes with mei there, %+v is not hers", ticket)
		}
	}
}
