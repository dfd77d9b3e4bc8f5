package rpc

import (
	"time"

	"github.com/honeyguide-chat/honeyguide/knowledge/shop"
)

// demandFor is for how long a call counts: between once and twice as long.
const demandFor = time.Second

// demand counts the calls of each shop, taken or not. It is not safe for
// concurrent use. Its zero value is ready.
type demand struct {
	began       time.Time // of now
	now, before counts
	fresh       int // shops in now that are not in before
}

type counts struct {
	of  map[shop.ID]int
	all int
}

// add counts a call. It returns how many shops have called lately, and
// whether this one is loud: calls more than all of them do on average.
func (d *demand) add(id shop.ID, now time.Time) (shops int, loud bool) {
	if since := now.Sub(d.began); since >= demandFor || since < 0 || d.now.of == nil {
		d.begin(now, since < 2*demandFor && since >= 0)
	}
	if d.now.of[id] == 0 && d.before.of[id] == 0 {
		d.fresh++
	}
	d.now.of[id]++
	d.now.all++
	shops = len(d.before.of) + d.fresh
	return shops, shops*(d.now.of[id]+d.before.of[id]) > d.now.all+d.before.all
}

// begin starts a new count. The last one still counts where it has just ended.
func (d *demand) begin(now time.Time, lately bool) {
	d.before = counts{}
	if lately {
		d.before = d.now
	}
	d.began, d.now, d.fresh = now, counts{of: make(map[shop.ID]int)}, 0
}
