package level

import (
	"cmp"
	"slices"
	"sort"
	"strings"
	"time"
)

// line holds the tickets of one skill.
type line struct {
	waiting []*summary // in the order of handoff.Queue.List
	settled []*summary // by the end of their first wait
}

func (l *Ledger) attach(s *summary) {
	at := l.lines[s.skill]
	if at == nil {
		at = new(line)
		l.lines[s.skill] = at
	}
	if s.waiting() {
		at.waiting = insert(at.waiting, s, inLine)
	} else {
		at.settled = insert(at.settled, s, bySettling)
	}
}

// detach undoes attach; s must be as it was then.
func (l *Ledger) detach(s *summary) {
	at := l.lines[s.skill]
	if s.waiting() {
		at.waiting = remove(at.waiting, s, inLine)
	} else {
		at.settled = remove(at.settled, s, bySettling)
	}
	if len(at.waiting)+len(at.settled) == 0 {
		delete(l.lines, s.skill)
	}
}

// before returns how many of the settled were so by t.
func (at *line) before(t time.Time) int {
	return sort.Search(len(at.settled), func(i int) bool { return at.settled[i].settled().After(t) })
}

func inLine(a, b *summary) int {
	if a.front != b.front {
		if a.front {
			return -1
		}
		return 1
	}
	return cmp.Or(cmp.Compare(b.priority, a.priority), byCreation(a, b))
}

func bySettling(a, b *summary) int {
	return cmp.Or(a.settled().Compare(b.settled()), strings.Compare(a.id, b.id))
}

// insert and remove keep a slice sorted. Tickets come in nearly in order and
// the oldest ones go first, so that little is moved at either end.
func insert(all []*summary, s *summary, order func(a, b *summary) int) []*summary {
	i, _ := slices.BinarySearchFunc(all, s, order)
	return slices.Insert(all, i, s)
}

func remove(all []*summary, s *summary, order func(a, b *summary) int) []*summary {
	i, found := slices.BinarySearchFunc(all, s, order)
	switch {
	case !found:
		return all
	case i < len(all)/2:
		copy(all[1:i+1], all[:i])
		all[0] = nil
		return all[1:]
	}
	return slices.Delete(all, i, i+1)
}
