package load

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/honeyguide-chat/honeyguide/api/auth"
	dialogv1 "github.com/honeyguide-chat/honeyguide/api/gen/honeyguide/dialog/v1"
	"github.com/honeyguide-chat/honeyguide/knowledge/shop"
	"github.com/honeyguide-chat/honeyguide/knowledge/synthetic"
)

// maxTurns is how much a customer says in one conversation.
const maxTurns = 12

// talk is one customer, who has one conversation after the other.
type talk struct {
	token   string
	client  dialogv1.DialogServiceClient
	said    []synthetic.Utterance
	next    int // of said
	session string
	turns   int  // in session
	over    bool // session was handed over
	human   bool // asks for a human at once: the bot is silent then
}

func (s *stand) newTalk(id shop.ID, subject string, worker int, said []synthetic.Utterance) (*talk, error) {
	token, err := s.mint(id, auth.Visitor, subject+"-"+strconv.Itoa(worker))
	if err != nil {
		return nil, err
	}
	return &talk{
		token: token, said: said, next: worker * 31,
		client: dialogv1.NewDialogServiceClient(s.conns[worker%len(s.conns)]),
	}, nil
}

// turn says the next thing, in a new conversation where the last one is long
// enough or the bot has handed it over. Beginning it is not timed.
func (t *talk) turn(ctx context.Context) (time.Duration, dialogv1.Decision, error) {
	ctx = bearing(ctx, t.token)
	began := time.Now()
	if err := t.prepare(ctx); err != nil {
		return time.Since(began), 0, err
	}
	t.turns++
	t.next++
	began = time.Now()
	reply, err := t.client.SendTurn(ctx, &dialogv1.SendTurnRequest{
		SessionId: t.session, TurnId: "turn-" + strconv.Itoa(t.next), Text: t.said[t.next%len(t.said)].Text,
	})
	took := time.Since(began)
	if err != nil {
		return took, 0, fmt.Errorf("load: a turn: %w", err)
	}
	t.over = !t.human && reply.GetState() != dialogv1.SessionState_SESSION_STATE_BOT
	return took, reply.GetDecision(), nil
}

// prepare sees to it that there is a conversation with room for a turn.
func (t *talk) prepare(ctx context.Context) error {
	if t.session != "" && t.turns < maxTurns && !t.over {
		return nil
	}
	if t.session != "" { // one that waits for a human would wait for ever
		if _, err := t.client.EndSession(ctx, &dialogv1.EndSessionRequest{SessionId: t.session, TurnId: "end"}); err != nil {
			return fmt.Errorf("load: ending a conversation: %w", err)
		}
	}
	started, err := t.client.StartSession(ctx, &dialogv1.StartSessionRequest{})
	if err != nil {
		return fmt.Errorf("load: starting a conversation: %w", err)
	}
	t.session, t.turns, t.over = started.GetSession().GetId(), 0, false
	if !t.human {
		return nil
	}
	if _, err := t.client.RequestHuman(ctx, &dialogv1.RequestHumanRequest{SessionId: t.session, TurnId: "human"}); err != nil {
		return fmt.Errorf("load: asking for a human: %w", err)
	}
	return nil
}
