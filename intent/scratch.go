package intent

import (
	"github.com/honeyguide-chat/honeyguide/intent/lexical"
	"github.com/honeyguide-chat/honeyguide/knowledge/index"
)

// scratch is memory that one match after the other works in.
type scratch struct {
	probe      lexical.Probe
	asked      index.Doc // the utterance as the index sees it
	found      []int     // questions that the index brought up
	contenders []contender
}

// lend gives a view room to work in, until what it returns is called. Nothing of it may
// be in what the match returns.
func (m *Matcher) lend(u *view) (giveBack func()) {
	d, ok := m.scratches.Get().(*scratch)
	if !ok {
		d = &scratch{contenders: make([]contender, 0, recallNodes+nodesLiked+nodesByMeaning)}
	}
	d.probe.Set(u.vector)
	u.probing, u.scratch = &d.probe, d
	return func() {
		u.probing, u.scratch = nil, nil
		m.scratches.Put(d)
	}
}

// room returns where a field of so many contenders at least may put them.
func (u *view) room(contenders int) []contender {
	if u.scratch != nil {
		return u.scratch.contenders[:0]
	}
	return make([]contender, 0, contenders)
}
