package main

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/timestamppb"

	dialogv1 "github.com/honeyguide-chat/honeyguide/api/gen/honeyguide/dialog/v1"
	"github.com/honeyguide-chat/honeyguide/dialog"
	"github.com/honeyguide-chat/honeyguide/knowledge"
)

// remoteTimeout bounds every call but the watch.
const remoteTimeout = 30 * time.Second

// remoteRetry repeats a call whose answer did not come. Each that changes
// something names its turn, so that nothing is said or done twice.
const remoteRetry = `{"methodConfig": [{
	"name": [
		{"service": "honeyguide.dialog.v1.DialogService"},
		{"service": "honeyguide.handoff.v1.HandoffService"},
		{"service": "honeyguide.handoff.v1.SupervisorService"}
	],
	"retryPolicy": {
		"maxAttempts": 4, "initialBackoff": "0.2s", "maxBackoff": "2s", "backoffMultiplier": 2,
		"retryableStatusCodes": ["UNAVAILABLE"]
	}
}]}`

// remote is a session on a server.
type remote struct {
	conn   *grpc.ClientConn
	client dialogv1.DialogServiceClient
	id     string
}

// dialRemote prepares the calls of a visitor to a server. It does not connect
// yet.
func dialRemote(address, token string) (*remote, error) {
	conn, err := dialServer(address, token)
	if err != nil {
		return nil, err
	}
	return &remote{conn: conn, client: dialogv1.NewDialogServiceClient(conn)}, nil
}

// dialServer prepares calls to a server: encrypted, unless it is on this
// machine, and repeated where the answer does not come. It does not connect yet.
func dialServer(address, token string) (*grpc.ClientConn, error) {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return nil, fmt.Errorf("--server: %q is not host:port", address)
	}
	secure := !loopback(host)
	transport := insecure.NewCredentials()
	if secure {
		transport = credentials.NewTLS(&tls.Config{MinVersion: tls.VersionTLS12})
	}
	conn, err := grpc.NewClient(address,
		grpc.WithTransportCredentials(transport),
		grpc.WithDefaultServiceConfig(remoteRetry),
		grpc.WithPerRPCCredentials(bearer{strings.TrimSpace(token), secure}))
	if err != nil {
		return nil, fmt.Errorf("--server: %w", err)
	}
	return conn, nil
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// bearer sends a token with every call.
type bearer struct {
	token  string
	secure bool
}

func (b bearer) GetRequestMetadata(context.Context, ...string) (map[string]string, error) {
	return map[string]string{"authorization": "Bearer " + b.token}, nil
}

func (b bearer) RequireTransportSecurity() bool { return b.secure }

// join goes on with the session that id names, or starts one.
func (r *remote) join(ctx context.Context, id, locale string) error {
	if id != "" {
		r.id = id
		_, _, err := r.session(ctx)
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, remoteTimeout)
	defer cancel()
	resp, err := r.client.StartSession(ctx, &dialogv1.StartSessionRequest{Locale: locale, RequestId: rand.Text()})
	if err != nil {
		return remoteError(err)
	}
	r.id = resp.GetSession().GetId()
	return nil
}

func (r *remote) close() error { return r.conn.Close() }

func (r *remote) say(ctx context.Context, text string) error {
	ctx, cancel := context.WithTimeout(ctx, remoteTimeout)
	defer cancel()
	_, err := r.client.SendTurn(ctx, &dialogv1.SendTurnRequest{SessionId: r.id, TurnId: rand.Text(), Text: text})
	return remoteError(err)
}

func (r *remote) human(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, remoteTimeout)
	defer cancel()
	_, err := r.client.RequestHuman(ctx, &dialogv1.RequestHumanRequest{SessionId: r.id, TurnId: rand.Text()})
	return remoteError(err)
}

func (r *remote) session(ctx context.Context) (*dialog.Session, int, error) {
	ctx, cancel := context.WithTimeout(ctx, remoteTimeout)
	defer cancel()
	resp, err := r.client.GetSession(ctx, &dialogv1.GetSessionRequest{SessionId: r.id})
	if err != nil {
		return nil, 0, remoteError(err)
	}
	s := resp.GetSession()
	return &dialog.Session{
		ID: s.GetId(), Locale: s.GetLocale(), State: stateOf(s.GetState()), Seq: s.GetLastSeq(),
		Created: timeOf(s.GetCreateTime()), Expires: timeOf(s.GetExpireTime()),
	}, int(s.GetWait().GetPosition()), nil
}

func (r *remote) entries(ctx context.Context, after uint64) ([]dialog.Entry, error) {
	return allPages(after, func(after uint64) ([]dialog.Entry, error) {
		ctx, cancel := context.WithTimeout(ctx, remoteTimeout)
		defer cancel()
		resp, err := r.client.GetTranscript(ctx, &dialogv1.GetTranscriptRequest{
			SessionId: r.id, AfterSeq: after, PageSize: dialog.MaxPageSize,
		})
		return entriesOf(resp.GetEntries()), remoteError(err)
	})
}

func (r *remote) watch(ctx context.Context, after uint64, wake func(uint64)) error {
	stream, err := r.client.WatchSession(ctx, &dialogv1.WatchSessionRequest{SessionId: r.id, AfterSeq: after})
	if err != nil {
		return remoteError(err)
	}
	for {
		resp, err := stream.Recv()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return remoteError(err)
		}
		if n := len(resp.GetEntries()); n > 0 {
			wake(resp.GetEntries()[n-1].GetSeq())
		}
	}
}

// remoteError says what a server refused, in its own words.
func remoteError(err error) error {
	if err == nil {
		return nil
	}
	s := status.Convert(err)
	if s.Code() == codes.Unauthenticated {
		return fmt.Errorf("the server does not accept the token (%s); \"honeyguide token\" makes one", s.Message())
	}
	return fmt.Errorf("server: %s (%s)", s.Message(), s.Code())
}

func entriesOf(messages []*dialogv1.Entry) []dialog.Entry {
	var entries []dialog.Entry
	for _, m := range messages {
		e := dialog.Entry{
			Seq: m.GetSeq(), Time: timeOf(m.GetTime()), Author: authorOf(m.GetAuthor()), Text: m.GetText(),
			Turn: m.GetTurnId(), Agent: m.GetAgent(), State: stateOf(m.GetState()),
			Decision: decisionOf(m.GetDecision()), Reason: dialog.Reason(m.GetReason()),
			Node: knowledge.NodeID(m.GetNode()), Probability: m.GetProbability(), Release: m.GetRelease(), Rules: m.GetRules(),
		}
		for _, o := range m.GetOffers() {
			e.Offers = append(e.Offers, dialog.Offer{ID: o.GetId(), Kind: dialog.OfferKind(o.GetKind()), Label: o.GetLabel()})
		}
		if rating := m.GetRating(); rating != nil {
			e.Rating = &dialog.Rating{Entry: rating.GetEntry(), Good: rating.GetGood(), Comment: rating.GetComment()}
		}
		entries = append(entries, e)
	}
	return entries
}

// The names of the API's values are those of package dialog after a prefix.

func stateOf(s dialogv1.SessionState) dialog.State {
	return dialog.State(strings.TrimPrefix(s.String(), "SESSION_STATE_"))
}

func authorOf(a dialogv1.Author) dialog.Author {
	return dialog.Author(strings.ToLower(strings.TrimPrefix(a.String(), "AUTHOR_")))
}

func decisionOf(d dialogv1.Decision) dialog.Decision {
	if d == dialogv1.Decision_DECISION_NONE || d == dialogv1.Decision_DECISION_UNSPECIFIED {
		return dialog.None
	}
	return dialog.Decision(strings.TrimPrefix(d.String(), "DECISION_"))
}

func timeOf(t *timestamppb.Timestamp) time.Time {
	if t == nil {
		return time.Time{}
	}
	return t.AsTime()
}
