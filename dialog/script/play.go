package script

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/honeyguide-chat/honeyguide/dialog"
	"github.com/honeyguide-chat/honeyguide/handoff"
	"github.com/honeyguide-chat/honeyguide/knowledge/shop"
)

// Run plays the script in file against a service and its desk, and fails t
// with every expectation that is not met.
func Run(t testing.TB, service *dialog.Service, desk *dialog.Desk, file string) {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	s, err := Parse(filepath.Base(file), f)
	if err != nil {
		t.Fatal(err)
	}
	if err := Play(t.Context(), service, desk, s); err != nil {
		t.Error(err)
	}
}

// visitor is the customer of every script.
const visitor = "script-visitor"

// player is a script under way.
type player struct {
	service *dialog.Service
	desk    *dialog.Desk
	script  *Script
	shop    shop.ID
	session string
	seq     uint64 // of the last entry before the act
	turns   int
	ticket  string // the last one
}

// outcome is what an act led to.
type outcome struct {
	reply   *dialog.Reply // of the visitor's turns
	entries []dialog.Entry
	state   dialog.State
	err     error
}

// Play plays a script in a session of its own. Its error joins one line for
// every expectation that is not met, and for every act that fails without
// being expected to.
func Play(ctx context.Context, service *dialog.Service, desk *dialog.Desk, s *Script) error {
	p := &player{service: service, desk: desk, script: s, shop: shop.ID(s.Shop)}
	session, entries, err := service.Start(ctx, dialog.StartRequest{Shop: p.shop, Visitor: visitor, Locale: s.Locale})
	if err != nil {
		return fmt.Errorf("script: %s: starting a session: %w", s.Name, err)
	}
	p.session = session.ID
	problems := p.check(ctx, s.Steps[0], outcome{entries: entries, state: session.State})
	p.seq = session.Seq
	for _, step := range s.Steps[1:] {
		problems = append(problems, p.step(ctx, step)...)
	}
	return errors.Join(problems...)
}

func (p *player) step(ctx context.Context, step Step) []error {
	var out outcome
	out.reply, out.err = p.act(ctx, step)
	var problems []error
	if out.err != nil && !slices.ContainsFunc(step.Expect, func(e Expectation) bool { return e.Kind == "error" }) {
		problems = append(problems, p.problem(step.Line, "%v", out.err))
	}
	session, err := p.service.Get(ctx, p.shop, visitor, p.session)
	if err != nil {
		return append(problems, p.problem(step.Line, "%v", err))
	}
	out.state = session.State
	if session.Ticket != "" {
		p.ticket = session.Ticket
	}
	if out.entries, err = p.service.Transcript(ctx, p.shop, visitor, p.session, p.seq, 0); err != nil {
		return append(problems, p.problem(step.Line, "%v", err))
	}
	p.seq = session.Seq
	return append(problems, p.check(ctx, step, out)...)
}

func (p *player) act(ctx context.Context, step Step) (*dialog.Reply, error) {
	p.turns++
	turn := fmt.Sprintf("script-%d", p.turns)
	press := dialog.ActRequest{Shop: p.shop, Visitor: visitor, Session: p.session, Turn: turn}
	say := dialog.TurnRequest{Shop: p.shop, Visitor: visitor, Session: p.session, Turn: turn}
	var err error
	switch {
	case step.Actor == Agent, step.Actor == Other, step.Actor == Super:
		return nil, p.agentActs(ctx, string(step.Actor), step, turn)
	case step.Actor == Visitor:
		say.Text = step.Text
		return p.service.Turn(ctx, say)
	case step.Verb == "pick":
		say.Pick = step.Text
		return p.service.Turn(ctx, say)
	case step.Verb == "human":
		return p.service.AskHuman(ctx, press)
	case step.Verb == "back":
		_, err = p.service.BackToBot(ctx, press)
	case step.Verb == "end":
		_, err = p.service.End(ctx, press)
	case step.Verb == "survey":
		req := dialog.SurveyRequest{ActRequest: press}
		if req.Score, req.Comment, err = survey(step.Text); err == nil {
			err = p.service.Survey(ctx, req)
		}
	default:
		err = p.rate(ctx, turn, step.Verb == "good")
	}
	return nil, err
}

// rate rates the last entry of the bot or the agent.
func (p *player) rate(ctx context.Context, turn string, good bool) error {
	entries, err := p.service.Transcript(ctx, p.shop, visitor, p.session, 0, 0)
	if err != nil {
		return err
	}
	for _, e := range slices.Backward(entries) {
		if e.Author == dialog.AuthorBot || e.Author == dialog.AuthorAgent {
			_, err := p.service.Rate(ctx, dialog.RateRequest{
				Shop: p.shop, Visitor: visitor, Session: p.session, Turn: turn, Entry: e.Seq, Good: good,
			})
			return err
		}
	}
	return fmt.Errorf("script: nothing to rate")
}

func (p *player) problem(line int, format string, args ...any) error {
	return fmt.Errorf("%s:%d: %w", p.script.Name, line, fmt.Errorf(format, args...))
}

func (p *player) check(ctx context.Context, step Step, out outcome) []error {
	var problems []error
	for _, e := range step.Expect {
		if got, want := p.compare(ctx, e, out); got != want {
			problems = append(problems, p.problem(e.Line, "%s is %q, want %q", e.Kind, got, want))
		}
	}
	return problems
}

// compare returns what came of an expectation and what should have.
func (p *player) compare(ctx context.Context, e Expectation, out outcome) (got, want string) {
	want = strings.Join(e.Args, " ")
	switch e.Kind {
	case "decision":
		return decision(out.reply, len(e.Args)), want
	case "state":
		return string(out.state), want
	case "offers":
		return strings.Join(offered(out.entries), " | "), strings.Join(e.Args, " | ")
	case "packet":
		return p.packet(ctx, e.Args[0]), e.Args[1]
	case "ticket":
		return p.ticketField(ctx, e.Args[0]), e.Args[1]
	case "says":
		return within(said(out.entries), want), want
	case "never":
		if said := said(out.entries); strings.Contains(said, want) {
			return said, "anything but " + want
		}
	case "error":
		if out.err == nil {
			return "none", want
		}
		return within(out.err.Error(), want), want
	}
	return "", ""
}

// within returns want where text holds it, else text.
func within(text, want string) string {
	if strings.Contains(text, want) {
		return want
	}
	return text
}

func decision(r *dialog.Reply, fields int) string {
	if r == nil {
		return "no reply"
	}
	all := []string{string(r.Decision), string(r.Reason), string(r.Node)}
	if r.Decision == dialog.None {
		all[0] = "NONE"
	}
	return strings.Join(all[:fields], " ")
}

// said joins what everybody but the visitor said.
func said(entries []dialog.Entry) string {
	var texts []string
	for _, e := range entries {
		if e.Author != dialog.AuthorVisitor {
			texts = append(texts, e.Text)
		}
	}
	return strings.Join(texts, "\n")
}

func offered(entries []dialog.Entry) []string {
	var labels []string
	for _, e := range entries {
		for _, o := range e.Offers {
			labels = append(labels, o.Label)
		}
	}
	return labels
}

// packet returns a field of the last ticket's packet in words.
func (p *player) packet(ctx context.Context, key string) string {
	if p.ticket == "" {
		return "no ticket"
	}
	t, _, err := p.desk.Get(ctx, p.shop, p.ticket)
	if err != nil {
		return err.Error()
	}
	switch key {
	case "reason":
		return t.Packet.Reason
	case "node":
		return t.Packet.Node
	case "utterance":
		return t.Packet.Utterance
	case "skill":
		return t.Needs.Skill
	case "also":
		var titles []string
		for _, q := range t.Packet.Also {
			titles = append(titles, q.Title)
		}
		return strings.Join(titles, " | ")
	}
	id := strings.TrimPrefix(key, "slot.")
	i := slices.IndexFunc(t.Packet.Slots, func(s handoff.Slot) bool { return string(s.ID) == id })
	if i < 0 {
		return "no such slot"
	}
	return t.Packet.Slots[i].Value
}
