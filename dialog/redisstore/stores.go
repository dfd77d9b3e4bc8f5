package redisstore

import (
	"github.com/redis/go-redis/v9"

	"github.com/honeyguide-chat/honeyguide/dialog"
	"github.com/honeyguide-chat/honeyguide/handoff/redisqueue"
)

// Stores returns all that a service of many processes keeps where rdb leads.
// The caller runs the waker (see [Waker.Run]).
func Stores(rdb redis.UniversalClient, waker *Waker) dialog.Stores {
	staff := redisqueue.New(rdb)
	return dialog.Stores{
		Store: New(rdb), Waker: waker, Signs: NewSigns(rdb),
		Staff: dialog.Staff{Queue: staff, Roster: staff, Leases: staff, Rules: staff, Stirs: staff},
	}
}
