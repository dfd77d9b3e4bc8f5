package intent

import (
	"github.com/honeyguide-chat/honeyguide/intent/lexical"
	"github.com/honeyguide-chat/honeyguide/knowledge/index"
)

// desk is memory that one match after the other works in.
type desk struct {
	probe      lexical.Probe
	asked      index.Doc // the utterance as the index sees it
	found      []int     // questions that the index brought up
	contenders []contender
}

// lend gives a view a desk, until what it returns is called. Nothing of a desk
// may be in what the match returns.
func (m *Matcher) lend(u *view) (giveBack func()) {
	d, ok := m.desks.Get().(*desk)
	if !ok {
		d = &desk{contenders: make([]contender, 0, recallNodes+nodesLiked+nodesByMeaning)}
	}
	d.probe.Set(u.vector)
	u.probing, u.desk = &d.probe, d
	return func() {
		u.probing, u.desk = nil, nil
		m.desks.Put(d)
	}
}

// room returns where a field of so many contenders at least may put them.
func (u *view) room(contenders int) []contender {
	if u.desk != nil {
		return u.desk.contenders[:0]
	}
	return make([]contender, 0, contenders)
}
