package chaos

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"google.golang.org/grpc"

	dialogv1 "github.com/honeyguide-chat/honeyguide/api/gen/honeyguide/dialog/v1"
	"github.com/honeyguide-chat/honeyguide/dialog"
)

// watch follows the session from stream to stream until it is closed.
func (t *chat) watch(ctx context.Context) {
	for ctx.Err() == nil {
		conn := t.wire.get()
		err := t.stream(ctx, conn)
		if err == nil {
			t.mu.Lock()
			t.log.Watched = true
			t.mu.Unlock()
			return
		}
		again, elsewhere := passing(err)
		if !again {
			t.refused(ctx, t.name+": WatchSession", err)
			return
		}
		if elsewhere {
			t.wire.leave(conn)
		}
		t.dice.pause(ctx, 20*time.Millisecond, 200*time.Millisecond)
	}
}

// stream returns nil when the server says that there is nothing more.
func (t *chat) stream(ctx context.Context, conn *grpc.ClientConn) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	t.mu.Lock()
	var after uint64
	if n := len(t.log.Seen); n > 0 {
		after = t.log.Seen[n-1].Entry.Seq
	}
	t.mu.Unlock()
	stream, err := dialogv1.NewDialogServiceClient(conn).WatchSession(ctx, &dialogv1.WatchSessionRequest{SessionId: t.id, AfterSeq: after})
	if err != nil {
		return err
	}
	for {
		response, err := stream.Recv()
		if err != nil {
			if errors.Is(err, io.EOF) {
				return nil
			}
			return err
		}
		t.see(response.GetEntries())
	}
}

func (t *chat) see(entries []*dialogv1.Entry) {
	if len(entries) == 0 {
		return
	}
	at := time.Now()
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, e := range entries {
		t.log.Seen = append(t.log.Seen, Glimpse{entryOf(e), at})
		t.state = stateOf(e.GetState())
	}
	select {
	case t.news <- struct{}{}:
	default:
	}
}

// now asks in which state the session is.
func (t *chat) now(ctx context.Context) dialog.State {
	got, err := call(ctx, t.wire, func(ctx context.Context, conn *grpc.ClientConn) (*dialogv1.GetSessionResponse, error) {
		return dialogv1.NewDialogServiceClient(conn).GetSession(ctx, &dialogv1.GetSessionRequest{SessionId: t.id})
	})
	if err != nil {
		t.refused(ctx, t.name+": GetSession", err)
		return t.peek()
	}
	return stateOf(got.GetSession().GetState())
}

// peek returns the state that was last seen.
func (t *chat) peek() dialog.State {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.state
}

func (t *chat) answered(seq uint64) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, g := range t.log.Seen {
		if g.Entry.Author == dialog.AuthorAgent && strings.HasPrefix(g.Entry.Text, answerTo(seq)) {
			return true
		}
	}
	return t.state == dialog.StateClosed
}

// await waits until done, or for so long.
func (t *chat) await(ctx context.Context, most time.Duration, done func() bool) {
	ctx, cancel := context.WithTimeout(ctx, most)
	defer cancel()
	for !done() {
		select {
		case <-ctx.Done():
			return
		case <-t.news:
		}
	}
}

// answerTo is how an agent's reply to a message begins.
func answerTo(seq uint64) string { return fmt.Sprintf("re:%d ", seq) }

// answeredBy returns the message to which a reply is the answer, or 0.
func answeredBy(text string) (seq uint64) {
	if _, err := fmt.Sscanf(text, "re:%d ", &seq); err != nil {
		return 0
	}
	return seq
}
