package rpc

import (
	"math"
	"time"

	"google.golang.org/protobuf/types/known/durationpb"
	"google.golang.org/protobuf/types/known/timestamppb"

	dialogv1 "github.com/honeyguide-chat/honeyguide/api/gen/honeyguide/dialog/v1"
	"github.com/honeyguide-chat/honeyguide/dialog"
)

func sessionToProto(s *dialog.Session) *dialogv1.Session {
	told := &dialogv1.Session{
		Id:         s.ID,
		State:      stateToProto(s.State),
		Locale:     s.Locale,
		LastSeq:    s.Seq,
		CreateTime: timeToProto(s.Created),
	}
	if s.State == dialog.StateBot {
		told.ExpireTime = timeToProto(s.Expires)
	}
	return told
}

func waitToProto(w dialog.Wait) *dialogv1.Wait {
	return &dialogv1.Wait{
		Position: clamp32(w.Position),
		Estimate: spanToProto(w.Estimate),
		Error:    spanToProto(w.Error),
		OpenTime: timeToProto(w.Opens),
	}
}

func signsToProto(s *dialog.Signs) *dialogv1.Signs {
	if s == nil {
		return nil
	}
	sign := func(s dialog.Sign) *dialogv1.Sign { return &dialogv1.Sign{Typing: s.Typing, ReadSeq: s.Read} }
	return &dialogv1.Signs{Visitor: sign(s.Visitor), Agent: sign(s.Agent)}
}

func replyToProto(r *dialog.Reply) *dialogv1.SendTurnResponse {
	return &dialogv1.SendTurnResponse{
		Decision:    decisionToProto(r.Decision),
		Reason:      string(r.Reason),
		Text:        r.Text,
		Node:        string(r.Node),
		Probability: r.Probability,
		Rules:       r.Rules,
		Offers:      offersToProto(r.Offers),
		State:       stateToProto(r.State),
		Release:     r.Release,
		FirstSeq:    r.FirstSeq,
		LastSeq:     r.LastSeq,
	}
}

func entriesToProto(entries []dialog.Entry) []*dialogv1.Entry {
	out := make([]*dialogv1.Entry, 0, len(entries))
	for i := range entries {
		out = append(out, entryToProto(&entries[i]))
	}
	return out
}

func entryToProto(e *dialog.Entry) *dialogv1.Entry {
	told := &dialogv1.Entry{
		Seq:         e.Seq,
		Time:        timeToProto(e.Time),
		Author:      authorToProto(e.Author),
		Text:        e.Text,
		TurnId:      e.Turn,
		Agent:       e.Agent,
		State:       stateToProto(e.State),
		Reason:      string(e.Reason),
		Node:        string(e.Node),
		Probability: e.Probability,
		Rules:       e.Rules,
		Offers:      offersToProto(e.Offers),
		Release:     e.Release,
	}
	if e.Decision != dialog.None { // of the bot's own entries, the welcome has none
		told.Decision = decisionToProto(e.Decision)
	}
	if r := e.Rating; r != nil {
		told.Rating = &dialogv1.Rating{Entry: r.Entry, Good: r.Good, Comment: r.Comment}
	}
	if v := e.Survey; v != nil {
		told.Survey = &dialogv1.Survey{TicketId: v.Ticket, Score: clamp32(v.Score)}
	}
	return told
}

func offersToProto(offers []dialog.Offer) []*dialogv1.Offer {
	out := make([]*dialogv1.Offer, 0, len(offers))
	for _, o := range offers {
		out = append(out, &dialogv1.Offer{Id: o.ID, Label: o.Label, Kind: string(o.Kind)})
	}
	return out
}

func stateToProto(s dialog.State) dialogv1.SessionState {
	switch s {
	case dialog.StateBot:
		return dialogv1.SessionState_SESSION_STATE_BOT
	case dialog.StateWaiting:
		return dialogv1.SessionState_SESSION_STATE_WAITING
	case dialog.StateHuman:
		return dialogv1.SessionState_SESSION_STATE_HUMAN
	case dialog.StateClosed:
		return dialogv1.SessionState_SESSION_STATE_CLOSED
	}
	return dialogv1.SessionState_SESSION_STATE_UNSPECIFIED
}

func decisionToProto(d dialog.Decision) dialogv1.Decision {
	switch d {
	case dialog.None:
		return dialogv1.Decision_DECISION_NONE
	case dialog.Answer:
		return dialogv1.Decision_DECISION_ANSWER
	case dialog.Ask:
		return dialogv1.Decision_DECISION_ASK
	case dialog.Handoff:
		return dialogv1.Decision_DECISION_HANDOFF
	}
	return dialogv1.Decision_DECISION_UNSPECIFIED
}

func authorToProto(a dialog.Author) dialogv1.Author {
	switch a {
	case dialog.AuthorVisitor:
		return dialogv1.Author_AUTHOR_VISITOR
	case dialog.AuthorBot:
		return dialogv1.Author_AUTHOR_BOT
	case dialog.AuthorAgent:
		return dialogv1.Author_AUTHOR_AGENT
	case dialog.AuthorSystem:
		return dialogv1.Author_AUTHOR_SYSTEM
	}
	return dialogv1.Author_AUTHOR_UNSPECIFIED
}

// timeToProto leaves out a time that is not set.
func timeToProto(t time.Time) *timestamppb.Timestamp {
	if t.IsZero() {
		return nil
	}
	return timestamppb.New(t)
}

// spanToProto leaves out a time span that is not set.
func spanToProto(d time.Duration) *durationpb.Duration {
	if d == 0 {
		return nil
	}
	return durationpb.New(d)
}

// clamp32 is n as far as the message can hold it.
func clamp32(n int) int32 { return int32(max(math.MinInt32, min(n, math.MaxInt32))) }
