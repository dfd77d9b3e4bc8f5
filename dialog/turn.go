package dialog

import (
	"context"

	"github.com/honeyguide-chat/honeyguide/knowledge/shop"
)

// TurnRequest is one utterance of a visitor, or one offer that was picked.
type TurnRequest struct {
	Shop    shop.ID
	Visitor string
	Session string
	Turn    string // chosen by the client: the same id gives the same reply
	Text    string // what was typed, at most MaxUtterance characters
	Pick    string // the id of an offer, instead of Text: of the last bot reply, or of Session.Also
}

// Turn handles what the visitor said. In state BOT the bot answers, asks or
// hands over; in WAITING and HUMAN it is silent and the words go to the agent.
//
// A turn id that comes again gets its reply again, verbatim, or ErrTurnReused
// where the words differ. An offer that can not be picked is a *FieldError, a
// session that is over ErrClosed. ErrConflict means that others
// kept changing the session; the turn had no effect and may be sent again.
func (s *Service) Turn(ctx context.Context, req TurnRequest) (*Reply, error) {
	text, err := req.check()
	if err != nil {
		return nil, err
	}
	at := address{req.Shop, req.Visitor, req.Session}
	key := turnKey{req.Turn, digest("turn", req.Text, req.Pick)}
	a, err := s.change(ctx, at, key, func(ctx context.Context, a *act) error {
		a.private = true // only the reply is read, below
		return s.turn(ctx, a, req, text)
	})
	if err != nil {
		return nil, err
	}
	return &a.reply, nil
}

// check validates the request and returns its text as it is stored.
func (r TurnRequest) check() (string, error) {
	if err := firstOf(checkShop(r.Shop), checkPerson("visitor", r.Visitor), checkTurnID(r.Turn)); err != nil {
		return "", err
	}
	switch {
	case r.Pick == "":
		return cleanText("text", r.Text, MaxUtterance)
	case r.Text != "":
		return "", &FieldError{Field: "pick", Reason: "cannot come with a text"}
	}
	return "", nil
}

func (s *Service) turn(ctx context.Context, a *act, req TurnRequest, text string) error {
	session := a.session
	if session.over(a.now) {
		return ErrClosed
	}
	var picked *Offer
	typed := text
	if req.Pick != "" {
		if picked = session.offered(req.Pick); picked == nil {
			return &FieldError{Field: "pick", Reason: "is no offer of the last reply"}
		}
		text = picked.Label
	}
	if session.State != StateBot {
		return a.listen(text, req.Turn)
	}
	b, err := s.newBot(ctx, a)
	if err != nil {
		return err
	}
	session.TopicAge++
	m, err := b.decide(ctx, text, picked)
	if err != nil {
		return err
	}
	b.nameOthers(&m)
	session.rememberReply(text)
	a.say(Entry{Author: AuthorVisitor, Text: text, Turn: req.Turn})
	return s.perform(ctx, a, b, m, typed)
}

// listen passes the visitor's words on to the agent. The bot is silent.
func (a *act) listen(text, turn string) error {
	if a.session.full() {
		return ErrFull
	}
	a.say(Entry{Author: AuthorVisitor, Text: text, Turn: turn})
	a.reply = Reply{Decision: None, Reason: ReasonSilent}
	return nil
}

// perform tells the customer what the bot decided and brings the session
// there. typed is what the customer typed, or "" for a pick.
func (s *Service) perform(ctx context.Context, a *act, b *bot, m move, typed string) error {
	session := a.session
	switch m.decision {
	case Answer:
		if m.reason != ReasonCourtesy { // which settles nothing
			session.Asks, session.Misses = 0, 0
		}
	case Ask:
		if session.Asks >= MaxAsks {
			m.offers = append(m.offers, humanOffer(a.words))
		}
		session.Asks++
	case Handoff:
		if err := s.handOver(ctx, a, b, &m, typed); err != nil {
			return err
		}
	}
	session.Offers, session.Last = m.offers, m.reason
	if m.question != "" {
		session.rememberAsked(m.question)
	}
	a.reply = Reply{
		Decision: m.decision, Reason: m.reason, Text: m.text, Node: m.node,
		Probability: m.probability, Rules: m.rules, Offers: m.offers, Release: b.number(),
	}
	a.say(Entry{
		Author: AuthorBot, Text: m.text, Decision: m.decision, Reason: m.reason, Node: m.node,
		Probability: m.probability, Rules: m.rules, Offers: m.offers, Release: b.number(),
	})
	return nil
}
