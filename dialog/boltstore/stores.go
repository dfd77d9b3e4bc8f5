package boltstore

import (
	"time"

	"go.etcd.io/bbolt"

	"github.com/honeyguide-chat/honeyguide/dialog"
	"github.com/honeyguide-chat/honeyguide/dialog/wake"
	"github.com/honeyguide-chat/honeyguide/handoff/boltqueue"
)

// Stores returns all that a service of one process keeps in db, which the
// caller closes after the last use.
func Stores(db *bbolt.DB, now func() time.Time) (dialog.Stores, error) {
	sessions, err := New(db, now)
	if err != nil {
		return dialog.Stores{}, err
	}
	staff, err := boltqueue.New(db, now)
	if err != nil {
		return dialog.Stores{}, err
	}
	return dialog.Stores{
		Store: sessions, Waker: wake.NewHub(), Signs: wake.NewSigns(now),
		Staff: dialog.Staff{Queue: staff, Roster: staff, Leases: staff, Rules: staff, Stirs: staff},
	}, nil
}
