package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	dialogv1 "github.com/honeyguide-chat/honeyguide/api/gen/honeyguide/dialog/v1"
	handoffv1 "github.com/honeyguide-chat/honeyguide/api/gen/honeyguide/handoff/v1"
	"github.com/honeyguide-chat/honeyguide/dialog"
)

// deskView shows news of a desk, and knows what it showed.
type deskView struct {
	out     *printer
	self    *handoffv1.Agent
	tickets map[string]*handoffv1.Ticket // the open ones
	all     bool                         // also what is not on the own desk
	caught  bool                         // up with what was there when the watch began
}

func newDeskView(w io.Writer, self *handoffv1.Agent, all bool) *deskView {
	return &deskView{out: newPrinter(w), self: self, tickets: make(map[string]*handoffv1.Ticket), all: all}
}

// show prints news. A heartbeat prints nothing.
func (v *deskView) show(news *handoffv1.WatchDeskResponse) {
	if a := news.GetAgent(); a != nil {
		if before := presenceText(v.self); before != presenceText(a) {
			v.out.aside(fmt.Sprintf("you are %s", presenceText(a)))
		}
		v.self = a
	}
	history := !v.caught
	v.caught = v.caught || len(news.GetTickets()) < dialog.MaxPageSize
	for _, t := range news.GetTickets() {
		v.ticket(t, history)
	}
	if history && v.caught && v.all {
		waiting := v.which(func(t *handoffv1.Ticket) bool { return t.GetState() == handoffv1.TicketState_TICKET_STATE_WAITING })
		v.out.aside(fmt.Sprintf("you watch: %d wait, %d are answered", len(waiting), len(v.tickets)-len(waiting)))
	}
	for _, l := range news.GetLines() {
		v.lines(l)
	}
	if news.GetAlarms() != nil {
		v.alarms(news.GetAlarms().GetAlarms())
	}
}

// ticket shows where a ticket stands now. history says that it may have come to
// stand so before the watch began.
func (v *deskView) ticket(t *handoffv1.Ticket, history bool) {
	before := v.tickets[t.GetId()]
	if t.GetState() == handoffv1.TicketState_TICKET_STATE_CLOSED {
		delete(v.tickets, t.GetId())
	} else {
		v.tickets[t.GetId()] = t
	}
	mine := v.at(before) || v.at(t)
	if !v.all && !mine || stands(before) == stands(t) {
		return
	}
	if history && before == nil && t.GetState() == handoffv1.TicketState_TICKET_STATE_CLOSED {
		return
	}
	v.out.plain(v.out.colour.strong.Sprint(short(t.GetId())) + " " + stands(t))
	if v.rings(t) {
		v.packet(t)
	}
}

// stands says where a ticket stands; "" for none.
func stands(t *handoffv1.Ticket) string {
	switch {
	case t == nil:
		return ""
	case t.GetState() == handoffv1.TicketState_TICKET_STATE_CLOSED:
		return "is closed: " + t.GetOutcome()
	case t.GetState() == handoffv1.TicketState_TICKET_STATE_HELD:
		return t.GetAgent() + " answers"
	case t.GetOffer() != nil:
		return fmt.Sprintf("rings at the desk of %s until %s", t.GetOffer().GetAgent(), clock(t.GetOffer().GetExpireTime()))
	}
	text := "waits for " + needsText(t.GetNeeds())
	if t.GetFront() {
		text += ", at the front"
	}
	return text
}

// at reports whether a ticket is at the own desk.
func (v *deskView) at(t *handoffv1.Ticket) bool { return v.holds(t) || v.rings(t) }

func (v *deskView) holds(t *handoffv1.Ticket) bool {
	return t.GetState() == handoffv1.TicketState_TICKET_STATE_HELD && t.GetAgent() == v.self.GetName()
}

func (v *deskView) rings(t *handoffv1.Ticket) bool {
	return t.GetState() == handoffv1.TicketState_TICKET_STATE_WAITING && t.GetOffer() != nil && t.GetOffer().GetAgent() == v.self.GetName()
}

// packet shows what is known about a customer, so that nobody asks again.
func (v *deskView) packet(t *handoffv1.Ticket) {
	p := t.GetPacket()
	v.out.because("since %s, needs %s, because %s", clock(t.GetCreateTime()), needsText(t.GetNeeds()), p.GetReason())
	if p.GetUtterance() != "" {
		v.out.because("last words: %s", oneLine(p.GetUtterance(), 200))
	}
	for _, a := range p.GetAsked() {
		v.out.because("asked: %s  replied: %s", oneLine(a.GetQuestion(), 80), oneLine(cmp.Or(a.GetReply(), "-"), 80))
	}
	for _, s := range p.GetSlots() {
		v.out.because("%s: %s", s.GetTitle(), s.GetLabel())
	}
	for _, c := range p.GetCandidates() {
		v.out.because("maybe %s (%.2f)", c.GetTitle(), c.GetProbability())
	}
	for _, n := range t.GetNotes() {
		v.out.because("note of %s: %s", n.GetAgent(), oneLine(n.GetText(), 200))
	}
}

func (v *deskView) lines(l *handoffv1.Lines) {
	head := v.out.colour.faint.Sprint("[" + short(l.GetTicketId()) + "] ")
	for _, e := range l.GetEntries() {
		v.out.plain(head + spoken(e))
	}
	if l.GetSigns().GetVisitor().GetTyping() {
		v.out.plain(head + "(the customer is typing)")
	}
}

// spoken is an entry as an agent reads it.
func spoken(e *dialogv1.Entry) string {
	who := string(authorOf(e.GetAuthor()))
	switch e.GetAuthor() {
	case dialogv1.Author_AUTHOR_VISITOR:
		who = "customer"
		if r := e.GetRating(); r != nil {
			return fmt.Sprintf("customer: (entry %d was good: %t) %s", r.GetEntry(), r.GetGood(), r.GetComment())
		}
	case dialogv1.Author_AUTHOR_AGENT:
		who = e.GetAgent()
	case dialogv1.Author_AUTHOR_SYSTEM:
		return "-- " + e.GetText()
	}
	return who + ": " + e.GetText()
}

func (v *deskView) alarms(alarms []*handoffv1.Alarm) {
	if len(alarms) == 0 {
		v.out.aside("no alarms")
	}
	for _, a := range alarms {
		v.out.aside(alarmText(a))
	}
}

func alarmText(a *handoffv1.Alarm) string {
	why := a.GetReason()
	switch a.GetReason() {
	case "missing":
		why = fmt.Sprintf("the target is about to be missed: %.0f %% of %d picked up in time", 100*a.GetShare(), a.GetJudged())
	case "stuck":
		why = "somebody waits whom perhaps nobody can take"
	case "long":
		why = "the longest wait is ten times the target"
	}
	return fmt.Sprintf("ALARM %s since %s: %s; %d wait, the first for %s", cmp.Or(a.GetSkill(), "(any skill)"), clock(a.GetSince()), why,
		a.GetWaiting(), spanText(a.GetLongest().AsDuration().Round(time.Second)))
}

// held returns the tickets that the agent answers, in the order of their ids.
func (v *deskView) held() []*handoffv1.Ticket { return v.which(v.holds) }

func (v *deskView) ringing() []*handoffv1.Ticket { return v.which(v.rings) }

func (v *deskView) which(fits func(*handoffv1.Ticket) bool) []*handoffv1.Ticket {
	var found []*handoffv1.Ticket
	for _, t := range v.tickets {
		if fits(t) {
			found = append(found, t)
		}
	}
	slices.SortFunc(found, func(a, b *handoffv1.Ticket) int { return strings.Compare(a.GetId(), b.GetId()) })
	return found
}

// find returns the open ticket whose id begins with what was typed.
func (v *deskView) find(typed string) (*handoffv1.Ticket, error) {
	found := v.which(func(t *handoffv1.Ticket) bool {
		return len(typed) <= len(t.GetId()) && strings.EqualFold(t.GetId()[:len(typed)], typed)
	})
	switch {
	case typed == "":
		return nil, errors.New("say which ticket")
	case len(found) == 0:
		return nil, fmt.Errorf("there is no open ticket %q", typed)
	case len(found) > 1:
		return nil, fmt.Errorf("%q may be %d tickets; type more of it", typed, len(found))
	}
	return found[0], nil
}
