package script

import (
	"context"
	"fmt"
	"strings"

	"github.com/honeyguide-chat/honeyguide/dialog"
	"github.com/honeyguide-chat/honeyguide/handoff"
)

// agentActs does what an agent or the supervisor does with the last ticket.
func (p *player) agentActs(ctx context.Context, agent string, step Step, turn string) error {
	var err error
	switch step.Verb {
	case "claim":
		_, err = p.desk.Claim(ctx, p.shop, agent, dialog.TicketRequest{Ticket: p.ticket})
	case "decline":
		_, err = p.desk.Decline(ctx, p.shop, agent, dialog.TicketRequest{Ticket: p.ticket})
	case "say":
		_, err = p.desk.Reply(ctx, p.shop, agent, dialog.ReplyRequest{Ticket: p.ticket, Turn: turn, Text: step.Text})
	case "note":
		_, err = p.desk.Note(ctx, p.shop, agent, dialog.NoteRequest{Ticket: p.ticket, Turn: turn, Text: step.Text})
	case "transfer":
		_, err = p.desk.Transfer(ctx, p.shop, agent, dialog.TransferRequest{Ticket: p.ticket, Agent: step.Text})
	case "skill":
		_, err = p.desk.Transfer(ctx, p.shop, agent, dialog.TransferRequest{Ticket: p.ticket, Needs: handoff.Needs{Skill: step.Text}})
	case "requeue":
		_, err = p.desk.Requeue(ctx, p.shop, agent, dialog.TicketRequest{Ticket: p.ticket})
	case "take":
		_, err = p.desk.TakeOver(ctx, p.shop, agent, dialog.TicketRequest{Ticket: p.ticket})
	case "leaving":
		_, err = p.desk.SetPresence(ctx, p.shop, agent, handoff.Offline, true)
	case "online", "busy", "away", "offline":
		_, err = p.desk.SetPresence(ctx, p.shop, agent, handoff.Presence(step.Verb), false)
	default:
		err = p.agentEnds(ctx, agent, step)
	}
	return err
}

func (p *player) agentEnds(ctx context.Context, agent string, step Step) error {
	var err error
	req := dialog.CloseRequest{Ticket: p.ticket, Outcome: step.Text, BackToBot: step.Verb == "return"}
	switch step.Verb {
	case "close", "return":
		_, err = p.desk.Close(ctx, p.shop, agent, req)
	case "force":
		_, err = p.desk.ForceClose(ctx, p.shop, agent, req)
	case "wrap":
		_, err = p.desk.WrapUp(ctx, p.shop, agent, dialog.WrapUpRequest{Ticket: p.ticket, Outcome: step.Text})
	}
	return err
}

// ticketField returns a field of the last ticket in words.
func (p *player) ticketField(ctx context.Context, key string) string {
	if p.ticket == "" {
		return "no ticket"
	}
	t, _, err := p.desk.Get(ctx, p.shop, p.ticket)
	if err != nil {
		return err.Error()
	}
	switch key {
	case "state":
		return string(t.State)
	case "agent":
		return t.Agent
	case "skill":
		return t.Needs.Skill
	case "language":
		return t.Needs.Language
	case "outcome":
		return t.Outcome
	case "note":
		var texts []string
		for _, n := range t.Notes {
			texts = append(texts, n.Text)
		}
		return strings.Join(texts, " | ")
	}
	switch {
	case t.Survey == nil:
		return "no survey"
	case key == "score":
		return fmt.Sprint(t.Survey.Score)
	}
	return t.Survey.Comment
}
