package rpc

import (
	"context"
	"errors"

	"github.com/honeyguide-chat/honeyguide/api/auth"
	dialogv1 "github.com/honeyguide-chat/honeyguide/api/gen/honeyguide/dialog/v1"
	"github.com/honeyguide-chat/honeyguide/dialog"
)

// ofSession is a request about one session.
type ofSession interface{ GetSessionId() string }

// inTurn is a request that the client named, to make a retry safe.
type inTurn interface {
	ofSession
	GetTurnId() string
}

// caller returns who calls. Without a caller nothing is served: Admit was left
// out.
func caller(ctx context.Context) (auth.Identity, error) {
	grant, ok := auth.FromContext(ctx)
	if !ok {
		return auth.Identity{}, errors.New("rpc: the context carries no caller")
	}
	return grant.Identity, nil
}

// callerOf is caller for requests about a session. Ids that cannot exist do
// not reach the store.
func callerOf(ctx context.Context, req ofSession) (auth.Identity, error) {
	who, err := caller(ctx)
	switch id := req.GetSessionId(); {
	case err != nil:
		return who, err
	case id == "":
		return who, badField("session_id", "is empty")
	case !validID(id):
		return who, dialog.ErrNotFound
	}
	return who, nil
}

func actOf(ctx context.Context, req inTurn) (dialog.ActRequest, error) {
	who, err := callerOf(ctx, req)
	if err != nil {
		return dialog.ActRequest{}, err
	}
	return dialog.ActRequest{Shop: who.Shop, Visitor: who.Subject, Session: req.GetSessionId(), Turn: req.GetTurnId()}, nil
}

// press does one of the buttons that return the session.
func (s *dialogService) press(ctx context.Context, req inTurn, do func(context.Context, dialog.ActRequest) (*dialog.Session, error)) (*dialogv1.Session, error) {
	act, err := actOf(ctx, req)
	if err != nil {
		return nil, err
	}
	session, err := do(ctx, act)
	if err != nil {
		return nil, err
	}
	return s.tell(ctx, session)
}

func (s *dialogService) get(ctx context.Context, req ofSession) (*dialogv1.Session, error) {
	who, err := callerOf(ctx, req)
	if err != nil {
		return nil, err
	}
	session, err := s.dialog.Get(ctx, who.Shop, who.Subject, req.GetSessionId())
	if err != nil {
		return nil, err
	}
	return s.tell(ctx, session)
}

// tell returns the session as the visitor sees it: one that waits with what is
// known about that. It may have been claimed since it was read; then nothing is
// said about the wait.
func (s *dialogService) tell(ctx context.Context, session *dialog.Session) (*dialogv1.Session, error) {
	told := sessionToProto(session)
	if session.State != dialog.StateWaiting {
		return told, nil
	}
	wait, err := s.dialog.Wait(ctx, session)
	if errors.Is(err, dialog.ErrNotWaiting) {
		return told, nil
	}
	if err != nil {
		return nil, err
	}
	told.Wait = waitToProto(wait)
	return told, nil
}
