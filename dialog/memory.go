package dialog

import (
	"slices"

	"github.com/honeyguide-chat/honeyguide/dialog/internal/recent"
)

// remembered is how many sessions a node keeps in memory: those that it changed
// last, at some kilobytes each.
const remembered = 4096

// memory keeps sessions as this node committed them, so that the next turn need
// not read its session first. It may be wrong: another node may have changed a
// session since. A turn that begins with what is remembered is therefore not
// over before it has committed, where the versions are compared; see
// Service.attemptFrom. That other nodes' wake-ups remove what they changed only
// saves turns from being decided twice.
//
// The keys are the sessions' topics.
type memory struct{ sessions *recent.Things[*Session] }

func newMemory() *memory { return &memory{recent.New[*Session](remembered)} }

// take removes a session and returns it, or nil. The caller, who has the lock of
// the session, may change it.
func (m *memory) take(at address) *Session {
	s, ok := m.sessions.Take(SessionTopic(at.shop, at.session))
	if !ok || s.Visitor != at.visitor {
		return nil
	}
	return s
}

// keep remembers a session that nobody else will change or read. The reply to
// the last turn shares its offers, so these are copied.
func (m *memory) keep(s *Session) {
	s.Offers = slices.Clone(s.Offers)
	m.sessions.Keep(SessionTopic(s.Shop, s.ID), s)
}

// heard forgets what another node changed; "" is anything.
func (m *memory) heard(topic string) {
	if topic == "" {
		m.sessions.Clear()
		return
	}
	m.sessions.Forget(topic)
}
