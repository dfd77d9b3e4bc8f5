package boltstore

import (
	"github.com/honeyguide-chat/honeyguide/dialog"
	"github.com/honeyguide-chat/honeyguide/dialog/wake"
	"github.com/honeyguide-chat/honeyguide/handoff/boltqueue"
)

// Stores returns all that a service of one process keeps in the same file.
func (s *Store) Stores() (dialog.Stores, error) {
	staff, err := boltqueue.New(s.db, s.now)
	if err != nil {
		return dialog.Stores{}, err
	}
	return dialog.Stores{
		Store: s, Waker: wake.NewHub(), Signs: wake.NewSigns(s.now),
		Staff: dialog.Staff{Queue: staff, Roster: staff, Leases: staff, Rules: staff, Stirs: staff},
	}, nil
}
