// Package line puts the order in which tickets are served into a sort key, so
// that every store keeps the same one.
package line

import (
	"fmt"

	"github.com/honeyguide-chat/honeyguide/handoff"
)

// prefixLen is the length of a key before the ticket's id.
const prefixLen = 2 + 12 + 9

// yearOne is the Unix time of the zero time.Time, which makes the seconds of
// every later time positive: 12 digits last until the year 31,000.
const yearOne = -62135596800

// Key returns a string whose byte order is the order of [handoff.Queue.List]:
// those at the Front, then higher priority, then earlier Created, then smaller
// ID. A priority outside 0 to 9 counts as the nearest one.
func Key(t *handoff.Ticket) string {
	front := 1
	if t.Front {
		front = 0
	}
	priority := min(max(t.Priority, 0), 9)
	seconds := max(t.Created.Unix()-yearOne, 0)
	return fmt.Sprintf("%d%d%012d%09d%s", front, 9-priority, seconds, t.Created.Nanosecond(), t.ID)
}

// Ticket returns the id of the ticket that key was made for.
func Ticket(key string) string {
	if len(key) < prefixLen {
		return ""
	}
	return key[prefixLen:]
}
