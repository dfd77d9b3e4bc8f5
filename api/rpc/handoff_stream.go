package rpc

import (
	"context"

	"google.golang.org/grpc"
	"google.golang.org/protobuf/proto"

	dialogv1 "github.com/honeyguide-chat/honeyguide/api/gen/honeyguide/dialog/v1"
	handoffv1 "github.com/honeyguide-chat/honeyguide/api/gen/honeyguide/handoff/v1"
	"github.com/honeyguide-chat/honeyguide/dialog"
	"github.com/honeyguide-chat/honeyguide/handoff"
	"github.com/honeyguide-chat/honeyguide/knowledge/shop"
)

// DeskStreams are what agents watch.
type DeskStreams interface {
	Watch(ctx context.Context, id shop.ID, after uint64, emit func([]*handoff.Ticket) error) error
	WatchDesk(ctx context.Context, id shop.ID, agent string, after uint64, cursors []dialog.Cursor, emit func(dialog.DeskNews) error) error
}

// maxCursors bounds the conversations that a client says it has.
const maxCursors = 100

func (s *handoffService) WatchTickets(req *handoffv1.WatchTicketsRequest, stream grpc.ServerStreamingServer[handoffv1.WatchTicketsResponse]) error {
	who, err := caller(stream.Context())
	if err != nil {
		return err
	}
	return s.desk.Watch(stream.Context(), who.Shop, req.GetAfterRevision(), func(tickets []*handoff.Ticket) error {
		return inPieces(ticketsToProto(tickets), func(piece []*handoffv1.Ticket) error {
			return stream.Send(&handoffv1.WatchTicketsResponse{Tickets: piece})
		})
	})
}

func (s *handoffService) WatchDesk(req *handoffv1.WatchDeskRequest, stream grpc.ServerStreamingServer[handoffv1.WatchDeskResponse]) error {
	who, err := caller(stream.Context())
	if err != nil {
		return err
	}
	cursors, err := cursorsFromProto(req.GetCursors())
	if err != nil {
		return err
	}
	return s.desk.WatchDesk(stream.Context(), who.Shop, who.Subject, req.GetAfterRevision(), cursors, func(news dialog.DeskNews) error {
		return sendNews(newsToProto(news), stream.Send)
	})
}

func cursorsFromProto(asked []*handoffv1.Cursor) ([]dialog.Cursor, error) {
	if len(asked) > maxCursors {
		return nil, badField("cursors", "has more than %d", maxCursors)
	}
	var cursors []dialog.Cursor
	for _, c := range asked {
		if validID(c.GetTicketId()) { // others are of no ticket
			cursors = append(cursors, dialog.Cursor{Ticket: c.GetTicketId(), Seq: c.GetAfterSeq()})
		}
	}
	return cursors, nil
}

// sendNews sends news at once or, where it is large, in several responses of
// bounded size that say the same in the same order.
func sendNews(news *handoffv1.WatchDeskResponse, send func(*handoffv1.WatchDeskResponse) error) error {
	if proto.Size(news) <= pieceBytes {
		return send(news)
	}
	if news.GetAgent() != nil || news.GetAlarms() != nil {
		if err := send(&handoffv1.WatchDeskResponse{Agent: news.GetAgent(), Alarms: news.GetAlarms()}); err != nil {
			return err
		}
	}
	if len(news.GetTickets()) > 0 {
		err := inPieces(news.GetTickets(), func(piece []*handoffv1.Ticket) error {
			return send(&handoffv1.WatchDeskResponse{Tickets: piece})
		})
		if err != nil {
			return err
		}
	}
	for _, l := range news.GetLines() {
		signs := l.GetSigns()
		err := inPieces(l.GetEntries(), func(piece []*dialogv1.Entry) error {
			part := &handoffv1.Lines{TicketId: l.GetTicketId(), Entries: piece, Signs: signs}
			signs = nil
			return send(&handoffv1.WatchDeskResponse{Lines: []*handoffv1.Lines{part}})
		})
		if err != nil {
			return err
		}
	}
	return nil
}
