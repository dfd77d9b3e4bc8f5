package rpc

import (
	"context"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	knowledgev1 "github.com/honeyguide-chat/honeyguide/api/gen/honeyguide/knowledge/v1"
	"github.com/honeyguide-chat/honeyguide/dialog"
	"github.com/honeyguide-chat/honeyguide/dialog/wish"
	"github.com/honeyguide-chat/honeyguide/intent"
	"github.com/honeyguide-chat/honeyguide/intent/live"
	"github.com/honeyguide-chat/honeyguide/knowledge"
	"github.com/honeyguide-chat/honeyguide/knowledge/shop"
)

// Catalog is what KnowledgeService needs of the releases. *live.Catalog is one,
// and says what the methods promise.
type Catalog interface {
	Publish(ctx context.Context, id shop.ID, d live.Draft) (knowledge.Release, error)
	Live(ctx context.Context, id shop.ID) (knowledge.Release, intent.Thresholds, error)
	Acquire(ctx context.Context, id shop.ID) (*live.Snapshot, error)
}

// Bounds of what editors send.
const (
	maxSource = 8 << 20 // bytes
	maxTests  = 1 << 20 // bytes
	maxNote   = 500     // characters
)

// knowledgeService is honeyguide.knowledge.v1.KnowledgeService.
type knowledgeService struct {
	knowledgev1.UnimplementedKnowledgeServiceServer
	catalog Catalog
	now     func() time.Time
}

func (s *knowledgeService) LintTree(_ context.Context, req *knowledgev1.LintTreeRequest) (*knowledgev1.LintTreeResponse, error) {
	if err := checkDraft(req); err != nil {
		return nil, err
	}
	draft := live.Draft{Source: req.GetSource(), Tests: req.GetTests()}
	return &knowledgev1.LintTreeResponse{Problems: problemsToProto(draft.Problems())}, nil
}

func (s *knowledgeService) PublishTree(ctx context.Context, req *knowledgev1.PublishTreeRequest) (*knowledgev1.PublishTreeResponse, error) {
	who, err := caller(ctx)
	if err != nil {
		return nil, err
	}
	if err := checkDraft(req); err != nil {
		return nil, err
	}
	if err := checkNote(req.GetNote()); err != nil {
		return nil, err
	}
	published, err := s.catalog.Publish(ctx, who.Shop, live.Draft{
		Source: req.GetSource(), Tests: req.GetTests(), Author: who.Subject, Note: req.GetNote(), Base: req.GetBase(),
	})
	if err != nil {
		return nil, err
	}
	release, err := s.catalog.Acquire(ctx, who.Shop)
	if err != nil {
		return nil, err
	}
	defer release.Release()
	var thresholds intent.Thresholds
	if release.Number() == published.Number { // else yet another one is live
		thresholds = release.Thresholds()
	}
	return &knowledgev1.PublishTreeResponse{Release: releaseToProto(&published, thresholds)}, nil
}

func (s *knowledgeService) GetLiveRelease(ctx context.Context, req *knowledgev1.GetLiveReleaseRequest) (*knowledgev1.GetLiveReleaseResponse, error) {
	who, err := caller(ctx)
	if err != nil {
		return nil, err
	}
	release, thresholds, err := s.catalog.Live(ctx, who.Shop)
	if err != nil {
		return nil, err
	}
	res := &knowledgev1.GetLiveReleaseResponse{Release: releaseToProto(&release, thresholds)}
	if req.GetIncludeSource() {
		res.Source, res.Tests = release.Source, release.Tests
	}
	return res, nil
}

func (s *knowledgeService) ExplainMatch(ctx context.Context, req *knowledgev1.ExplainMatchRequest) (*knowledgev1.ExplainMatchResponse, error) {
	who, err := caller(ctx)
	if err != nil {
		return nil, err
	}
	text, err := dialog.CleanUtterance(req.GetText())
	if err != nil {
		return nil, err
	}
	if len(req.GetTopic()) > knowledge.MaxIDLength {
		return nil, badField("topic", "has more than %d characters", knowledge.MaxIDLength)
	}
	release, err := s.catalog.Acquire(ctx, who.Shop)
	if err != nil {
		return nil, err
	}
	defer release.Release()
	why, err := release.Explain(ctx, text, knowledge.NodeID(req.GetTopic()), s.now())
	if err != nil {
		return nil, err
	}
	told := explanationToProto(why, release.Tree())
	told.Release = release.Number()
	told.WishForHuman = wish.Wants(text, release.Tree().Document().Locale)
	return told, nil
}

// checkDraft bounds both parts of a draft.
func checkDraft(req interface {
	GetSource() []byte
	GetTests() []byte
}) error {
	switch {
	case len(req.GetSource()) > maxSource:
		return badField("source", "has more than %d bytes", maxSource)
	case len(req.GetTests()) > maxTests:
		return badField("tests", "has more than %d bytes", maxTests)
	}
	return nil
}

func checkNote(note string) error {
	if utf8.RuneCountInString(note) > maxNote {
		return badField("note", "has more than %d characters", maxNote)
	}
	if strings.ContainsFunc(note, func(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\t' }) {
		return badField("note", "has control characters")
	}
	return nil
}
