package chaos

import (
	"fmt"
	"strings"
	"sync"

	dialogv1 "github.com/honeyguide-chat/honeyguide/api/gen/honeyguide/dialog/v1"
	handoffv1 "github.com/honeyguide-chat/honeyguide/api/gen/honeyguide/handoff/v1"
	"github.com/honeyguide-chat/honeyguide/dialog"
	"github.com/honeyguide-chat/honeyguide/handoff"
)

// record collects what people see and are told. It is safe for concurrent use.
type record struct {
	mu       sync.Mutex
	h        History         // guarded by mu
	glimpsed map[string]bool // guarded by mu; agent and revision
}

func newRecord() *record {
	return &record{h: History{Supervisors: make(map[string]bool)}, glimpsed: make(map[string]bool)}
}

func (r *record) fault(format string, args ...any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.h.Faults = append(r.h.Faults, fmt.Sprintf(format, args...))
}

func (r *record) glimpse(agents ...*handoff.Agent) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, a := range agents {
		key := fmt.Sprint(a.Name, " ", a.Revision)
		if !r.glimpsed[key] {
			r.glimpsed[key] = true
			r.h.Glimpses = append(r.h.Glimpses, a)
		}
	}
}

func (r *record) conversation(c *Conversation) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.h.Conversations = append(r.h.Conversations, c)
}

func (r *record) replies(list []Saying) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.h.Replies = append(r.h.Replies, list...)
}

func (r *record) view(v View) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.h.Views = append(r.h.Views, v)
}

func (r *record) feed(f Feed) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.h.Feeds = append(r.h.Feeds, f)
}

func entryOf(e *dialogv1.Entry) dialog.Entry {
	return dialog.Entry{
		Seq: e.GetSeq(), Time: e.GetTime().AsTime(), Text: e.GetText(), Turn: e.GetTurnId(), Agent: e.GetAgent(),
		Author: dialog.Author(word(e.GetAuthor(), "AUTHOR_")), State: stateOf(e.GetState()),
	}
}

func stateOf(s dialogv1.SessionState) dialog.State {
	return dialog.State(strings.TrimPrefix(s.String(), "SESSION_STATE_"))
}

// word returns the domain's word for a value of an enum.
func word(value fmt.Stringer, prefix string) string {
	return strings.ToLower(strings.TrimPrefix(value.String(), prefix))
}

func ticketOf(t *handoffv1.Ticket) *handoff.Ticket {
	out := &handoff.Ticket{
		ID: t.GetId(), Session: t.GetSessionId(), State: handoff.State(word(t.GetState(), "TICKET_STATE_")),
		Weight: int(t.GetWeight()), Agent: t.GetAgent(), Outcome: t.GetOutcome(),
		Created: t.GetCreateTime().AsTime(), Revision: t.GetRevision(),
	}
	if o := t.GetOffer(); o != nil {
		out.Offer = &handoff.Offer{Agent: o.GetAgent(), Until: o.GetExpireTime().AsTime()}
	}
	return out
}

func agentOf(a *handoffv1.Agent) *handoff.Agent {
	out := &handoff.Agent{
		Name: a.GetName(), Capacity: int(a.GetCapacity()), Presence: handoff.Presence(word(a.GetPresence(), "PRESENCE_")),
		Draining: a.GetDraining(), Revision: a.GetRevision(),
	}
	for _, w := range a.GetWork() {
		work := handoff.Work{Ticket: w.GetTicketId(), Weight: int(w.GetWeight()), Kind: handoff.WorkKind(word(w.GetKind(), "WORK_KIND_"))}
		if w.GetExpireTime() != nil {
			work.Until = w.GetExpireTime().AsTime()
		}
		out.Work = append(out.Work, work)
	}
	return out
}
