package dialog

import (
	"cmp"
	"context"
	"errors"
	"fmt"

	"github.com/honeyguide-chat/honeyguide/handoff"
)

// ErrSurveyed means that the customer has said already what he thinks of this
// human's part.
var ErrSurveyed = errors.New("dialog: survey was answered before")

// Survey is part of an entry: the service asks for an opinion of a human's
// part, or the visitor gives it.
type Survey struct {
	Ticket string `json:"ticket"`
	Score  int    `json:"score,omitempty"` // 1 (bad) to 5 (good); 0 in the entry that asks
}

// Survey keeps what the customer thinks of a human's part, once for each part:
// a session may have several. It may come after the end of the session. A
// ticket that is not the session's gives ErrNotFound, one that is still open or
// that no human ever took a *FieldError, and a second opinion ErrSurveyed.
func (s *Service) Survey(ctx context.Context, req SurveyRequest) error {
	comment, err := req.check()
	if err != nil {
		return err
	}
	key := turnKey{req.Turn, digest("survey", req.Ticket, fmt.Sprint(req.Score), req.Comment)}
	_, err = s.change(ctx, req.address(), key, func(ctx context.Context, a *act) error {
		id := cmp.Or(req.Ticket, a.session.LastTicket)
		t, err := s.ticket(ctx, req.Shop, id)
		switch {
		case errors.Is(err, handoff.ErrNotFound) || err == nil && t.Session != a.session.ID:
			return ErrNotFound
		case err != nil:
			return err
		case t.Open():
			return &FieldError{Field: "ticket", Reason: "is still open"}
		case t.Claimed.IsZero():
			return &FieldError{Field: "ticket", Reason: "never had a human"}
		case t.Survey != nil:
			return ErrSurveyed
		case a.session.full():
			return ErrFull
		}
		t.Survey = &handoff.Survey{Score: req.Score, Comment: comment, Time: a.now}
		a.ticket = t
		a.say(Entry{Author: AuthorVisitor, Text: comment, Turn: req.Turn, Survey: &Survey{Ticket: t.ID, Score: req.Score}})
		return nil
	})
	return err
}

func (r SurveyRequest) check() (comment string, err error) {
	if err := r.ActRequest.check(); err != nil {
		return "", err
	}
	if r.Score < 1 || r.Score > 5 {
		return "", &FieldError{Field: "score", Reason: "must be 1 to 5"}
	}
	if r.Comment == "" {
		return "", nil
	}
	return cleanText("comment", r.Comment, MaxComment)
}
