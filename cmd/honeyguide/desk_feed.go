package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	handoffv1 "github.com/honeyguide-chat/honeyguide/api/gen/honeyguide/handoff/v1"
)

// deskFeed follows a desk, and remembers how much of it has come, so that after
// a cut it goes on from there.
type deskFeed struct {
	client   handoffv1.HandoffServiceClient
	revision uint64
	seqs     map[string]uint64 // of the conversations on the desk, by ticket
}

func newDeskFeed(client handoffv1.HandoffServiceClient) *deskFeed {
	return &deskFeed{client: client, seqs: make(map[string]uint64)}
}

// deskEvent is news of a desk, or why there is none.
type deskEvent struct {
	news *handoffv1.WatchDeskResponse
	err  error
}

// run sends what comes until ctx ends. A watch that fails is begun again; its
// error is sent once, until one succeeds. A token that is refused ends it.
func (f *deskFeed) run(ctx context.Context, events chan<- deskEvent) {
	told := false
	send := func(e deskEvent) {
		select {
		case events <- e:
		case <-ctx.Done():
		}
	}
	for {
		err := f.watch(ctx, func(news *handoffv1.WatchDeskResponse) {
			told = false
			send(deskEvent{news: news})
		})
		if ctx.Err() != nil {
			return
		}
		if !told {
			told = true
			send(deskEvent{err: remoteError(err)})
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(watchAgain):
		}
	}
}

// watch calls tell with what comes on one stream, until that ends.
func (f *deskFeed) watch(ctx context.Context, tell func(*handoffv1.WatchDeskResponse)) error {
	req := &handoffv1.WatchDeskRequest{AfterRevision: f.revision}
	for ticket, seq := range f.seqs {
		req.Cursors = append(req.Cursors, &handoffv1.Cursor{TicketId: ticket, AfterSeq: seq})
	}
	stream, err := f.client.WatchDesk(ctx, req)
	if err != nil {
		return err
	}
	for {
		news, err := stream.Recv()
		if err != nil {
			return err
		}
		f.note(news)
		tell(news)
	}
}

// note remembers what has come. A conversation that has left the desk is
// forgotten when its ticket is closed: it does not come back.
func (f *deskFeed) note(news *handoffv1.WatchDeskResponse) {
	for _, t := range news.GetTickets() {
		f.revision = max(f.revision, t.GetRevision())
		if t.GetState() == handoffv1.TicketState_TICKET_STATE_CLOSED {
			delete(f.seqs, t.GetId())
		}
	}
	for _, l := range news.GetLines() {
		if n := len(l.GetEntries()); n > 0 {
			f.seqs[l.GetTicketId()] = l.GetEntries()[n-1].GetSeq()
		}
	}
}

func newDeskWatchCommand() *cobra.Command {
	var o deskFlags
	cmd := &cobra.Command{
		Use:   "watch",
		Short: "Show what happens in the queue as it happens",
		Long: `Show what happens in the queue as it happens: who waits, where it rings, who
answers, what is said at your own desk, and alarms. It ends with Ctrl-C.

While it runs you count as connected. It does not change your presence.`,
		Example: `  honeyguide desk watch`,
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) (err error) {
			c, err := o.dial(cmd)
			if err != nil {
				return err
			}
			defer func() { err = errors.Join(err, c.conn.Close()) }()
			return watchDesk(cmd.Context(), c, cmd.OutOrStdout(), cmd.ErrOrStderr())
		},
	}
	o.add(cmd)
	return cmd
}

// watchDesk shows everything until ctx ends, which is no error.
func watchDesk(ctx context.Context, c handoffv1.HandoffServiceClient, out, stderr io.Writer) error {
	self, err := c.GetSelf(ctx, &handoffv1.GetSelfRequest{})
	if err != nil {
		return quiet(ctx, remoteError(err)) // such as a token that is refused
	}
	v := newDeskView(out, self.GetAgent(), true)
	events := make(chan deskEvent)
	go newDeskFeed(c).run(ctx, events)
	for {
		select {
		case <-ctx.Done():
			return nil
		case e := <-events:
			if e.err != nil {
				if err := say(stderr, fmt.Sprintf("-- not connected, trying again: %v\n", e.err)); err != nil {
					return err
				}
				continue
			}
			v.show(e.news)
			if err := v.out.flush(); err != nil {
				return err
			}
		}
	}
}
