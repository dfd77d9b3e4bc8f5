package routing

import (
	"slices"
	"time"

	"github.com/honeyguide-chat/honeyguide/handoff"
)

// Next returns the assignment to commit next, and false where there is none.
// Ticket and agent are then left alone until newer versions of them are taken
// in, or until Undo. In mode Pull there is never one.
func (b *Board) Next(now time.Time) (Assignment, bool) {
	b.advance(now)
	if b.rules.Mode == handoff.Pull {
		return Assignment{}, false
	}
	t, a := b.match()
	if t == nil {
		return Assignment{}, false
	}
	b.takeTicket(t)
	b.free.Delete(a)
	t.pending, a.pending = a.name, t.id
	return Assignment{Ticket: t.id, Agent: a.name}, true
}

// match returns the first in line whom somebody can take, and who; nil where
// there is none.
func (b *Board) match() (t *ticket, a *agent) {
	var barren []*group
	var kept []*agent // for heavy tickets that are earlier in line
	b.active.Scan(func(g *group) bool {
		t = g.first()
		var fit bool
		a, fit = b.choose(g, t, kept)
		switch {
		case a != nil:
			return false
		case !fit:
			barren = append(barren, g)
		case b.keeps(t):
			if one := b.roomiest(g, kept); one != nil {
				kept = append(kept, one)
			}
		}
		return true
	})
	for _, g := range barren {
		b.rest(g)
	}
	if a == nil {
		return nil, nil
	}
	return t, a
}

// choose returns who gets t, the first of g, or nil; fit reports whether there
// is anybody at all who fits and has some room.
func (b *Board) choose(g *group, t *ticket, kept []*agent) (best *agent, fit bool) {
	var asked *agent
	b.candidates(g, func(a *agent) bool {
		fit = true
		switch {
		case a.room < g.weight || slices.Contains(kept, a):
		case !slices.Contains(t.missed, a.name):
			best = a
			return false
		case asked == nil:
			asked = a
		}
		return true
	})
	if best == nil {
		best = asked
	}
	return best, fit
}

// keeps reports whether t, which found nobody with enough room, keeps a desk
// free for itself. One of weight 1 finds nobody only where all are kept already.
func (b *Board) keeps(t *ticket) bool {
	return b.now.Sub(t.since) >= b.rules.TargetOf(t.needs.Skill).Within
}

// roomiest returns who has most room of those that fit g and are not kept yet.
func (b *Board) roomiest(g *group, kept []*agent) (most *agent) {
	b.candidates(g, func(a *agent) bool {
		if !slices.Contains(kept, a) && (most == nil || a.room > most.room) {
			most = a
		}
		return true
	})
	return most
}

// candidates visits the agents who fit g and have some room, idle longest
// first, until visit returns false.
func (b *Board) candidates(g *group, visit func(*agent) bool) {
	if g.prefer != "" {
		if a := b.agents[g.prefer]; a != nil && a.room > 0 && a.pending == "" {
			visit(a)
		}
		return
	}
	b.free.Scan(func(a *agent) bool { return !g.fits(a) || visit(a) })
}
