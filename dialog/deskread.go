package dialog

import (
	"context"
	"fmt"

	"github.com/honeyguide-chat/honeyguide/handoff"
	"github.com/honeyguide-chat/honeyguide/knowledge/shop"
)

// Get returns a ticket with the newest entries of its session's transcript, at
// most MaxPageSize, in order.
func (d *Desk) Get(ctx context.Context, id shop.ID, ticket string) (*handoff.Ticket, []Entry, error) {
	if err := checkShop(id); err != nil {
		return nil, nil, err
	}
	t, err := d.service.ticket(ctx, id, ticket)
	if err != nil {
		return nil, nil, err
	}
	session, _, err := d.service.load(ctx, addressOf(t), "")
	if err != nil {
		return nil, nil, err
	}
	after := session.Seq - min(session.Seq, MaxPageSize)
	entries, err := d.service.entries(ctx, addressOf(t), after, MaxPageSize)
	if err != nil {
		return nil, nil, err
	}
	return t, entries, nil
}

// List returns the shop's open tickets in state, first in line first. It skips
// offset tickets and returns at most limit or MaxPageSize.
func (d *Desk) List(ctx context.Context, id shop.ID, state handoff.State, offset, limit int) ([]*handoff.Ticket, error) {
	if err := checkShop(id); err != nil {
		return nil, err
	}
	if state != handoff.Waiting && state != handoff.Held {
		return nil, &FieldError{Field: "state", Reason: "must be waiting or held"}
	}
	tickets, err := d.service.staff.Queue.List(ctx, id, state, max(offset, 0), pageSize(limit))
	if err != nil {
		return nil, fmt.Errorf("dialog: listing tickets: %w", err)
	}
	return tickets, nil
}

// Shops returns the shops that have agents, in no order.
func (d *Desk) Shops(ctx context.Context) ([]shop.ID, error) {
	shops, err := d.service.staff.Roster.Shops(ctx)
	if err != nil {
		return nil, fmt.Errorf("dialog: listing shops: %w", err)
	}
	return shops, nil
}

// Watch calls emit with the shop's tickets that changed after a revision, in
// the order of their last change, as they change. A ticket that changed twice
// between two looks comes once, as it is then. Heartbeats and errors are those
// of [Service.Watch]; it ends only with ctx or an error.
func (d *Desk) Watch(ctx context.Context, id shop.ID, after uint64, emit func([]*handoff.Ticket) error) error {
	if err := checkShop(id); err != nil {
		return err
	}
	return d.service.watch(ctx, QueueTopic(id), func() error { return emit(nil) },
		func(ctx context.Context) (news, done bool, err error) {
			for {
				changed, err := d.service.staff.Queue.Changes(ctx, id, after, MaxPageSize)
				if err != nil {
					return news, false, fmt.Errorf("dialog: reading the changes of tickets: %w", err)
				}
				if len(changed) == 0 {
					return news, false, nil
				}
				if err := emit(changed); err != nil {
					return news, false, err
				}
				after, news = changed[len(changed)-1].Revision, true
			}
		})
}

// Follow is [Service.Watch] for the session of a ticket, open or closed.
func (d *Desk) Follow(ctx context.Context, id shop.ID, ticket string, after uint64, emit func([]Entry, *Signs) error) error {
	t, err := d.service.ticket(ctx, id, ticket)
	if err != nil {
		return err
	}
	return d.service.Watch(ctx, t.Shop, t.Visitor, t.Session, after, emit)
}
