package rpc

import (
	"context"

	"google.golang.org/grpc"

	dialogv1 "github.com/honeyguide-chat/honeyguide/api/gen/honeyguide/dialog/v1"
	"github.com/honeyguide-chat/honeyguide/dialog"
	"github.com/honeyguide-chat/honeyguide/handoff"
	"github.com/honeyguide-chat/honeyguide/knowledge/shop"
)

// Dialog is what DialogService needs of the conversations. *dialog.Service is
// one, and says what the methods promise.
type Dialog interface {
	DialogTurns
	DialogButtons
	DialogReads
}

// DialogTurns are what a visitor says.
type DialogTurns interface {
	Start(ctx context.Context, req dialog.StartRequest) (*dialog.Session, []dialog.Entry, error)
	Turn(ctx context.Context, req dialog.TurnRequest) (*dialog.Reply, error)
	Rate(ctx context.Context, req dialog.RateRequest) (uint64, error)
	Survey(ctx context.Context, req dialog.SurveyRequest) error
	Sign(ctx context.Context, id shop.ID, visitor, session string, sign dialog.SignRequest) error
}

// DialogButtons are what a visitor presses.
type DialogButtons interface {
	AskHuman(ctx context.Context, req dialog.ActRequest) (*dialog.Reply, error)
	BackToBot(ctx context.Context, req dialog.ActRequest) (*dialog.Session, error)
	End(ctx context.Context, req dialog.ActRequest) (*dialog.Session, error)
}

// DialogReads are what a visitor sees.
type DialogReads interface {
	Get(ctx context.Context, id shop.ID, visitor, session string) (*dialog.Session, error)
	Wait(ctx context.Context, session *dialog.Session) (dialog.Wait, error)
	Transcript(ctx context.Context, id shop.ID, visitor, session string, after uint64, limit int) ([]dialog.Entry, error)
	Watch(ctx context.Context, id shop.ID, visitor, session string, after uint64, emit func([]dialog.Entry, *dialog.Signs) error) error
}

// dialogService is honeyguide.dialog.v1.DialogService.
type dialogService struct {
	dialogv1.UnimplementedDialogServiceServer
	dialog Dialog
}

func (s *dialogService) StartSession(ctx context.Context, req *dialogv1.StartSessionRequest) (*dialogv1.StartSessionResponse, error) {
	who, err := caller(ctx)
	if err != nil {
		return nil, err
	}
	session, entries, err := s.dialog.Start(ctx, dialog.StartRequest{
		Shop: who.Shop, Visitor: who.Subject, Locale: req.GetLocale(), Key: req.GetRequestId(),
	})
	if err != nil {
		return nil, err
	}
	told, err := s.tell(ctx, session)
	if err != nil {
		return nil, err
	}
	return &dialogv1.StartSessionResponse{Session: told, Entries: entriesToProto(entries)}, nil
}

func (s *dialogService) SendTurn(ctx context.Context, req *dialogv1.SendTurnRequest) (*dialogv1.SendTurnResponse, error) {
	who, err := callerOf(ctx, req)
	if err != nil {
		return nil, err
	}
	reply, err := s.dialog.Turn(ctx, dialog.TurnRequest{
		Shop: who.Shop, Visitor: who.Subject, Session: req.GetSessionId(),
		Turn: req.GetTurnId(), Text: req.GetText(), Pick: req.GetPick(),
	})
	if err != nil {
		return nil, err
	}
	return replyToProto(reply), nil
}

func (s *dialogService) WatchSession(req *dialogv1.WatchSessionRequest, stream grpc.ServerStreamingServer[dialogv1.WatchSessionResponse]) error {
	who, err := callerOf(stream.Context(), req)
	if err != nil {
		return err
	}
	return s.dialog.Watch(stream.Context(), who.Shop, who.Subject, req.GetSessionId(), req.GetAfterSeq(),
		func(entries []dialog.Entry, signs *dialog.Signs) error {
			told := signsToProto(signs)
			return inPieces(entriesToProto(entries), func(piece []*dialogv1.Entry) error {
				res := &dialogv1.WatchSessionResponse{Entries: piece, Signs: told}
				told = nil
				return stream.Send(res)
			})
		})
}

func (s *dialogService) GetSession(ctx context.Context, req *dialogv1.GetSessionRequest) (*dialogv1.GetSessionResponse, error) {
	session, err := s.get(ctx, req)
	if err != nil {
		return nil, err
	}
	return &dialogv1.GetSessionResponse{Session: session}, nil
}

// Sizes of a page of entries.
const (
	entriesByDefault = 100
	entriesAtMost    = dialog.MaxPageSize
)

func (s *dialogService) GetTranscript(ctx context.Context, req *dialogv1.GetTranscriptRequest) (*dialogv1.GetTranscriptResponse, error) {
	who, err := callerOf(ctx, req)
	if err != nil {
		return nil, err
	}
	size, err := pageSize(req.GetPageSize(), entriesByDefault, entriesAtMost)
	if err != nil {
		return nil, err
	}
	entries, err := s.dialog.Transcript(ctx, who.Shop, who.Subject, req.GetSessionId(), req.GetAfterSeq(), size)
	if err != nil {
		return nil, err
	}
	return &dialogv1.GetTranscriptResponse{Entries: entriesToProto(entries)}, nil
}

func (s *dialogService) RateEntry(ctx context.Context, req *dialogv1.RateEntryRequest) (*dialogv1.RateEntryResponse, error) {
	who, err := callerOf(ctx, req)
	if err != nil {
		return nil, err
	}
	if req.GetRating() == nil {
		return nil, badField("rating", "is missing")
	}
	seq, err := s.dialog.Rate(ctx, dialog.RateRequest{
		Shop: who.Shop, Visitor: who.Subject, Session: req.GetSessionId(), Turn: req.GetTurnId(),
		Entry: req.GetRating().GetEntry(), Good: req.GetRating().GetGood(), Comment: req.GetRating().GetComment(),
	})
	if err != nil {
		return nil, renamed(err, map[string]string{"entry": "rating.entry", "comment": "rating.comment"})
	}
	return &dialogv1.RateEntryResponse{Seq: seq}, nil
}

func (s *dialogService) AnswerSurvey(ctx context.Context, req *dialogv1.AnswerSurveyRequest) (*dialogv1.AnswerSurveyResponse, error) {
	act, err := actOf(ctx, req)
	if err != nil {
		return nil, err
	}
	if id := req.GetTicketId(); id != "" && !validID(id) {
		return nil, handoff.ErrNotFound
	}
	err = s.dialog.Survey(ctx, dialog.SurveyRequest{
		ActRequest: act, Ticket: req.GetTicketId(), Score: int(req.GetScore()), Comment: req.GetComment(),
	})
	if err != nil {
		return nil, err
	}
	return &dialogv1.AnswerSurveyResponse{}, nil
}

func (s *dialogService) SendSign(ctx context.Context, req *dialogv1.SendSignRequest) (*dialogv1.SendSignResponse, error) {
	who, err := callerOf(ctx, req)
	if err != nil {
		return nil, err
	}
	err = s.dialog.Sign(ctx, who.Shop, who.Subject, req.GetSessionId(), dialog.SignRequest{Typing: req.GetTyping(), Read: req.GetReadSeq()})
	if err != nil {
		return nil, err
	}
	return &dialogv1.SendSignResponse{}, nil
}

func (s *dialogService) RequestHuman(ctx context.Context, req *dialogv1.RequestHumanRequest) (*dialogv1.RequestHumanResponse, error) {
	act, err := actOf(ctx, req)
	if err != nil {
		return nil, err
	}
	if _, err := s.dialog.AskHuman(ctx, act); err != nil {
		return nil, err
	}
	session, err := s.get(ctx, req)
	if err != nil {
		return nil, err
	}
	return &dialogv1.RequestHumanResponse{Session: session}, nil
}

func (s *dialogService) CancelHandoff(ctx context.Context, req *dialogv1.CancelHandoffRequest) (*dialogv1.CancelHandoffResponse, error) {
	session, err := s.press(ctx, req, s.dialog.BackToBot)
	if err != nil {
		return nil, err
	}
	return &dialogv1.CancelHandoffResponse{Session: session}, nil
}

func (s *dialogService) EndSession(ctx context.Context, req *dialogv1.EndSessionRequest) (*dialogv1.EndSessionResponse, error) {
	session, err := s.press(ctx, req, s.dialog.End)
	if err != nil {
		return nil, err
	}
	return &dialogv1.EndSessionResponse{Session: session}, nil
}
