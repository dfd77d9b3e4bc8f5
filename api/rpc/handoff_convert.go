package rpc

import (
	handoffv1 "github.com/honeyguide-chat/honeyguide/api/gen/honeyguide/handoff/v1"
	"github.com/honeyguide-chat/honeyguide/handoff"
)

func ticketsToProto(tickets []*handoff.Ticket) []*handoffv1.Ticket {
	out := make([]*handoffv1.Ticket, 0, len(tickets))
	for _, t := range tickets {
		out = append(out, ticketToProto(t))
	}
	return out
}

func ticketToProto(t *handoff.Ticket) *handoffv1.Ticket {
	told := &handoffv1.Ticket{
		Id:               t.ID,
		SessionId:        t.Session,
		State:            ticketStateToProto(t.State),
		Needs:            needsToProto(t.Needs),
		Priority:         clamp32(t.Priority),
		Weight:           clamp32(t.Load()),
		Tags:             t.Tags,
		Agent:            t.Agent,
		Outcome:          t.Outcome,
		CreateTime:       timeToProto(t.Created),
		QueueTime:        timeToProto(t.Queued),
		ClaimTime:        timeToProto(t.Claimed),
		EndTime:          timeToProto(t.Ended),
		Packet:           packetToProto(&t.Packet),
		Front:            t.Front,
		Missed:           t.Missed,
		Prefer:           t.Prefer,
		PreferExpireTime: timeToProto(t.PreferUntil),
		Message:          t.Message,
		Estimate:         spanToProto(t.Estimate),
		Suggested:        clamp32(t.Suggested),
		Accepted:         clamp32(t.Accepted),
		Revision:         t.Revision,
	}
	if o := t.Offer; o != nil {
		told.Offer = &handoffv1.Offer{Agent: o.Agent, ExpireTime: timeToProto(o.Until)}
	}
	for _, n := range t.Notes {
		told.Notes = append(told.Notes, &handoffv1.Note{Agent: n.Agent, Text: n.Text, Time: timeToProto(n.Time), AfterSeq: n.After})
	}
	if v := t.Survey; v != nil {
		told.Survey = &handoffv1.Survey{Score: clamp32(v.Score), Comment: v.Comment, Time: timeToProto(v.Time)}
	}
	return told
}

func needsToProto(n handoff.Needs) *handoffv1.Needs {
	return &handoffv1.Needs{Skill: n.Skill, Proficiency: clamp32(n.Proficiency), Language: n.Language}
}

func needsFromProto(n *handoffv1.Needs) handoff.Needs {
	return handoff.Needs{Skill: n.GetSkill(), Proficiency: int(n.GetProficiency()), Language: n.GetLanguage()}
}

func packetToProto(p *handoff.Packet) *handoffv1.Packet {
	told := &handoffv1.Packet{
		Reason:    p.Reason,
		Locale:    p.Locale,
		Release:   p.Release,
		Utterance: p.Utterance,
		Node:      p.Node,
	}
	for _, c := range p.Candidates {
		told.Candidates = append(told.Candidates, &handoffv1.Candidate{
			Node: string(c.Node), Title: c.Title, Probability: c.Probability,
		})
	}
	for _, q := range p.Also {
		told.Also = append(told.Also, &handoffv1.Question{Node: string(q.Node), Title: q.Title})
	}
	for _, a := range p.Asked {
		told.Asked = append(told.Asked, &handoffv1.Asked{Question: a.Question, Reply: a.Reply})
	}
	for _, s := range p.Slots {
		told.Slots = append(told.Slots, &handoffv1.Slot{Id: string(s.ID), Title: s.Title, Value: s.Value, Label: s.Label})
	}
	return told
}

func ticketStateToProto(s handoff.State) handoffv1.TicketState {
	switch s {
	case handoff.Waiting:
		return handoffv1.TicketState_TICKET_STATE_WAITING
	case handoff.Held:
		return handoffv1.TicketState_TICKET_STATE_HELD
	case handoff.Closed:
		return handoffv1.TicketState_TICKET_STATE_CLOSED
	}
	return handoffv1.TicketState_TICKET_STATE_UNSPECIFIED
}
