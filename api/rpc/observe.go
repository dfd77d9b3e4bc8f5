package rpc

import (
	"time"

	"google.golang.org/grpc/codes"

	dialogv1 "github.com/honeyguide-chat/honeyguide/api/gen/honeyguide/dialog/v1"
	"github.com/honeyguide-chat/honeyguide/knowledge/shop"
)

// Observer hears of every call on every transport, such as to count them. Its
// methods are called from many goroutines and must not block.
type Observer interface {
	// CallBegan comes first, also for a call that is then refused.
	CallBegan(CallInfo)
	// CallEnded comes once after CallBegan.
	CallEnded(c CallInfo, code codes.Code, took time.Duration)
	// TurnEnded comes before the CallEnded of each turn that was answered, also
	// where it was the repetition of one.
	TurnEnded(TurnInfo)
}

// CallInfo says what a call is.
type CallInfo struct {
	Method  string // full name, such as /honeyguide.dialog.v1.DialogService/SendTurn
	Streams bool
	Shop    shop.ID // "" where the caller is not known
}

// TurnInfo says how a turn came out.
type TurnInfo struct {
	Shop        shop.ID
	Decision    string  // "answer", "ask", "handoff" or "none"
	Probability float64 // 0 where nothing was matched
	Took        time.Duration
}

// decisions are the names of what the bot did.
var decisions = map[dialogv1.Decision]string{
	dialogv1.Decision_DECISION_ANSWER:  "answer",
	dialogv1.Decision_DECISION_ASK:     "ask",
	dialogv1.Decision_DECISION_HANDOFF: "handoff",
}

// nobody is the observer that does nothing.
type nobody struct{}

func (nobody) CallBegan(CallInfo)                            {}
func (nobody) CallEnded(CallInfo, codes.Code, time.Duration) {}
func (nobody) TurnEnded(TurnInfo)                            {}

func (c *call) info() CallInfo {
	return CallInfo{Method: c.method.name, Streams: c.method.Streams(), Shop: c.id.Shop}
}

func (c *call) took() time.Duration { return c.method.server.now().Sub(c.began) }

// answered tells of the answer of a turn; other answers are nothing special.
func (c *call) answered(reply any) {
	turn, ok := reply.(*dialogv1.SendTurnResponse)
	if !ok || c.method.name != dialogv1.DialogService_SendTurn_FullMethodName {
		return
	}
	decision, ok := decisions[turn.GetDecision()]
	if !ok {
		decision = "none"
	}
	c.method.server.observer.TurnEnded(TurnInfo{
		Shop: c.id.Shop, Decision: decision, Probability: turn.GetProbability(), Took: c.took(),
	})
}
