package rpc

import (
	"time"

	"github.com/honeyguide-chat/honeyguide/knowledge/shop"
)

// offersFor is for how long calls count that were offered: between once and
// twice as long.
const offersFor = time.Second

// offers counts what each shop offers, taken or not. It is not safe for
// concurrent use. Its zero value is ready.
type offers struct {
	began       time.Time // of now
	now, before counts
	fresh       int // shops in now that are not in before
}

type counts struct {
	of  map[shop.ID]int
	all int
}

// add counts a call. It returns how many shops have offered any lately, and
// whether this one is loud: offers more than all of them do on average.
func (o *offers) add(id shop.ID, now time.Time) (shops int, loud bool) {
	if since := now.Sub(o.began); since >= offersFor || since < 0 || o.now.of == nil {
		o.turn(now, since < 2*offersFor && since >= 0)
	}
	if o.now.of[id] == 0 && o.before.of[id] == 0 {
		o.fresh++
	}
	o.now.of[id]++
	o.now.all++
	shops = len(o.before.of) + o.fresh
	return shops, shops*(o.now.of[id]+o.before.of[id]) > o.now.all+o.before.all
}

// turn begins a new count. The last one still counts where it has just ended.
func (o *offers) turn(now time.Time, lately bool) {
	o.before = counts{}
	if lately {
		o.before = o.now
	}
	o.began, o.now, o.fresh = now, counts{of: make(map[shop.ID]int)}, 0
}
