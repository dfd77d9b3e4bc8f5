package dialog

import (
	"slices"

	lru "github.com/hashicorp/golang-lru/v2"
)

// remembered is how many sessions a node keeps in memory: those that it changed
// last, at some kilobytes each.
const remembered = 4096

// recent keeps sessions as this node committed them, so that the next turn need
// not read its session first. It may be wrong: another node may have changed a
// session since. A turn that begins with what is remembered is therefore not
// over before it has committed, where the versions are compared; see
// Service.attempt. That other nodes' wake-ups remove what they changed only
// saves turns from being decided twice.
//
// The keys are the sessions' topics.
type recent struct{ sessions *lru.Cache[string, *Session] }

func newRecent() *recent {
	sessions, err := lru.New[string, *Session](remembered)
	if err != nil {
		panic(err) // a size below 1
	}
	return &recent{sessions}
}

// take removes a session and returns it, or nil. The caller may change it.
func (r *recent) take(at address) *Session {
	key := SessionTopic(at.shop, at.session)
	s, ok := r.sessions.Peek(key)
	if !ok {
		return nil
	}
	r.sessions.Remove(key)
	if s.Visitor != at.visitor {
		return nil
	}
	return s
}

// keep remembers a session that nobody else will change or read. The reply to
// the last turn shares its offers, so these are copied.
func (r *recent) keep(s *Session) {
	s.Offers = slices.Clone(s.Offers)
	r.sessions.Add(SessionTopic(s.Shop, s.ID), s)
}

// heard forgets what another node changed; "" is anything.
func (r *recent) heard(topic string) {
	if topic == "" {
		r.sessions.Purge()
		return
	}
	r.sessions.Remove(topic)
}
