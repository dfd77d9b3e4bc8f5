package routing

import (
	"strings"

	"github.com/tidwall/btree"

	"github.com/honeyguide-chat/honeyguide/handoff"
)

// need is what tickets ask for now. Those of the same need are served in the
// order of the line: where the first finds nobody, none does.
type need struct {
	prefer string // the only agent to take it; then Needs are zero
	handoff.Needs
	weight int
}

// group is the tickets of one need.
type group struct {
	need
	line *btree.BTreeG[*ticket]
	head string // the key under which it stands in Board.active; "" where it is barren
}

// fits reports whether a, given room, can take the group's tickets.
func (g *group) fits(a *agent) bool {
	if g.prefer != "" {
		return a.name == g.prefer
	}
	return a.can.Meets(g.Needs)
}

// join puts t into the group of n, which begins active.
func (b *Board) join(t *ticket, n need) {
	g := b.groups[n]
	if g == nil {
		g = &group{need: n, line: ordered(compareKeys)}
		b.groups[n] = g
		g.line.Set(t)
		b.wake(g)
	} else {
		g.line.Set(t)
		b.refresh(g)
	}
	t.group = g
}

// leave takes t out of its group, and forgets a group that is empty.
func (b *Board) leave(t *ticket) {
	g := t.group
	t.group = nil
	g.line.Delete(t)
	if g.line.Len() > 0 {
		b.refresh(g)
		return
	}
	b.active.Delete(g)
	delete(b.barren, g)
	delete(b.groups, g.need)
}

// refresh puts an active group where its first ticket is.
func (b *Board) refresh(g *group) {
	if g.head != "" && g.head != g.first().key {
		b.active.Delete(g)
		b.wake(g)
	}
}

// wake makes a group active.
func (b *Board) wake(g *group) {
	delete(b.barren, g)
	g.head = g.first().key
	b.active.Set(g)
}

// rest makes a group barren: until an agent who fits gets room, nobody need look
// at it.
func (b *Board) rest(g *group) {
	b.active.Delete(g)
	g.head = ""
	b.barren[g] = struct{}{}
}

func (g *group) first() *ticket {
	t, _ := g.line.Min()
	return t
}

func compareGroups(a, b *group) int { return strings.Compare(a.head, b.head) }
