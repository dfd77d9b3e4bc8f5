package rpc_test

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/grpc/codes"

	"github.com/honeyguide-chat/honeyguide/api/auth"
	dialogv1 "github.com/honeyguide-chat/honeyguide/api/gen/honeyguide/dialog/v1"
	knowledgev1 "github.com/honeyguide-chat/honeyguide/api/gen/honeyguide/knowledge/v1"
	"github.com/honeyguide-chat/honeyguide/api/internal/apitest"
	"github.com/honeyguide-chat/honeyguide/api/rpc"
	"github.com/honeyguide-chat/honeyguide/knowledge"
)

func TestLintTree(t *testing.T) {
	r := apitest.New(t, apitest.Options{})
	editor := r.As(t, apitest.Silk, auth.Editor, "ed").Knowledge
	lint := func(source []byte) []*knowledgev1.Problem {
		t.Helper()
		res, err := editor.LintTree(t.Context(), &knowledgev1.LintTreeRequest{Source: source})
		if err != nil {
			t.Fatal(err)
		}
		return res.GetProblems()
	}
	if problems := lint(apitest.Tree); len(problems) != 0 {
		t.Errorf("LintTree of a good tree = %v, want no problems", problems)
	}
	bad := bytes.Replace(apitest.Tree, []byte("- id: shipping"), []byte("- id: returns"), 1)
	problems := lint(bad)
	i := slices.IndexFunc(problems, func(p *knowledgev1.Problem) bool { return p.GetRule() == "duplicate-id" })
	if i < 0 || problems[i].GetLine() == 0 || problems[i].GetColumn() == 0 || problems[i].GetPath() == "" || problems[i].GetMessage() == "" {
		t.Errorf("LintTree = %v, want a duplicate-id with its place", problems)
	}
	for name, source := range map[string][]byte{
		"empty": nil, "not UTF-8": {0xff, 0xfe, 0xfd}, "zeros": make([]byte, 1000), "not YAML": []byte("{[}"),
		"an alias bomb": []byte("a: &a [x,x]\nb: &b [*a,*a]\nnodes: [*b,*b]"), "deep": bytes.Repeat([]byte("["), 100_000),
	} {
		if problems := lint(source); len(problems) == 0 || len(problems) > knowledge.MaxProblems {
			t.Errorf("LintTree of %s = %d problems, want some", name, len(problems))
		}
	}
	_, err := editor.GetLiveRelease(t.Context(), &knowledgev1.GetLiveReleaseRequest{})
	wantError(t, "GetLiveRelease after LintTree", err, codes.NotFound, "NO_RELEASE")
}

func TestPublishTree(t *testing.T) {
	r := apitest.New(t, apitest.Options{})
	editor := r.As(t, apitest.Silk, auth.Editor, "ed").Knowledge
	publish := func(source []byte, note string, base uint64) (*knowledgev1.Release, error) {
		res, err := editor.PublishTree(t.Context(), &knowledgev1.PublishTreeRequest{Source: source, Note: note, Base: base})
		return res.GetRelease(), err
	}
	first, err := publish(apitest.Tree, "第一版", 0)
	if err != nil {
		t.Fatal(err)
	}
	if first.GetNumber() != 1 || first.GetAuthor() != "ed" || first.GetNote() != "第一版" || first.GetNodes() != 5 ||
		first.GetQuestions() == 0 || len(first.GetDigest()) != 64 || first.GetCreateTime() == nil ||
		first.GetSure() <= 0 || first.GetUnsure() <= 0 || first.GetUnsure() > first.GetSure() {
		t.Errorf("PublishTree = %v, want the first release of ed", first)
	}
	bad := bytes.Replace(apitest.Tree, []byte("- id: shipping"), []byte("- id: returns"), 1)
	_, err = publish(bad, "", 0)
	wantError(t, "PublishTree of a bad tree", err, codes.FailedPrecondition, "INVALID_TREE")
	if fields := violations(err); len(fields) == 0 {
		t.Errorf("PublishTree of a bad tree tells no problems: %v", err)
	}
	if second, err := publish(apitest.Tree, "", 1); err != nil || second.GetNumber() != 2 {
		t.Errorf("PublishTree on base 1 = %v, %v, want release 2", second, err)
	}
	_, err = publish(apitest.Tree, "", 1)
	wantError(t, "PublishTree on an old base", err, codes.Aborted, "RELEASE_EXISTS")

	live, err := editor.GetLiveRelease(t.Context(), &knowledgev1.GetLiveReleaseRequest{})
	if err != nil || live.GetRelease().GetNumber() != 2 || len(live.GetSource()) != 0 {
		t.Errorf("GetLiveRelease = %v, %v, want release 2 without source", live, err)
	}
	live, err = editor.GetLiveRelease(t.Context(), &knowledgev1.GetLiveReleaseRequest{IncludeSource: true})
	if err != nil || !bytes.Equal(live.GetSource(), apitest.Tree) {
		t.Errorf("GetLiveRelease with source = %d bytes, %v, want the tree as published", len(live.GetSource()), err)
	}
}

func TestTestSetsBelongToReleases(t *testing.T) {
	r := apitest.New(t, apitest.Options{})
	editor := r.As(t, apitest.Silk, auth.Editor, "ed").Knowledge
	good, bad := []byte("utterance\texpect\n寄过来要多少邮费\tshipping\n"), []byte("utterance\texpect\n寄过来要多少邮费\tno.such\n")
	for _, tt := range []struct {
		tests []byte
		want  []string // files with problems
	}{{good, nil}, {bad, []string{"tests.tsv"}}} {
		res, err := editor.LintTree(t.Context(), &knowledgev1.LintTreeRequest{Source: apitest.Tree, Tests: tt.tests})
		if err != nil {
			t.Fatal(err)
		}
		var files []string
		for _, p := range res.GetProblems() {
			files = append(files, p.GetFile())
		}
		if diff := cmp.Diff(tt.want, files); diff != "" {
			t.Errorf("files with problems for %q (-want +got):\n%s\n%v", tt.tests, diff, res)
		}
	}
	_, err := editor.PublishTree(t.Context(), &knowledgev1.PublishTreeRequest{Source: apitest.Tree, Tests: bad})
	wantError(t, "PublishTree with a bad test set", err, codes.FailedPrecondition, "INVALID_TREE")
	if _, err := editor.PublishTree(t.Context(), &knowledgev1.PublishTreeRequest{Source: apitest.Tree, Tests: good}); err != nil {
		t.Fatal(err)
	}
	for _, include := range []bool{false, true} {
		live, err := editor.GetLiveRelease(t.Context(), &knowledgev1.GetLiveReleaseRequest{IncludeSource: include})
		if err != nil || bytes.Equal(live.GetTests(), good) != include {
			t.Errorf("GetLiveRelease, with source: %t = tests %q, %v", include, live.GetTests(), err)
		}
	}
}

func TestPublishTreeRefusesFields(t *testing.T) {
	r := apitest.New(t, apitest.Options{})
	editor := r.As(t, apitest.Silk, auth.Editor, "ed").Knowledge
	for _, tt := range []struct {
		name, field string
		req         *knowledgev1.PublishTreeRequest
	}{
		{"source", "source", &knowledgev1.PublishTreeRequest{Source: make([]byte, 8<<20+1)}},
		{"tests", "tests", &knowledgev1.PublishTreeRequest{Source: apitest.Tree, Tests: make([]byte, 1<<20+1)}},
		{"source before tests", "source", &knowledgev1.PublishTreeRequest{Source: make([]byte, 8<<20+1), Tests: make([]byte, 1<<20)}},
		{"long note", "note", &knowledgev1.PublishTreeRequest{Source: apitest.Tree, Note: strings.Repeat("注", 501)}},
		{"note with controls", "note", &knowledgev1.PublishTreeRequest{Source: apitest.Tree, Note: "a\x1b[2J"}},
	} {
		_, err := editor.PublishTree(t.Context(), tt.req)
		wantError(t, tt.name, err, codes.InvalidArgument, "INVALID_FIELD")
		if diff := cmp.Diff([]string{tt.field}, violations(err)); diff != "" {
			t.Errorf("%s: violations (-want +got):\n%s", tt.name, diff)
		}
	}
	// A little more than is allowed is refused here, much more by gRPC itself.
	_, err := editor.PublishTree(t.Context(), &knowledgev1.PublishTreeRequest{Source: make([]byte, rpc.MaxMessage)})
	wantError(t, "PublishTree of more than a message", err, codes.InvalidArgument, "REQUEST_TOO_LARGE")
	_, err = editor.PublishTree(t.Context(), &knowledgev1.PublishTreeRequest{Source: make([]byte, 20<<20)})
	wantError(t, "PublishTree of far more than a message", err, codes.ResourceExhausted, "")
	_, err = editor.LintTree(t.Context(), &knowledgev1.LintTreeRequest{Source: make([]byte, 8<<20+1)})
	wantError(t, "LintTree", err, codes.InvalidArgument, "INVALID_FIELD")
}

// ExplainMatch says the very numbers that a turn went by.
func TestExplainMatchIsWhatTurnsGoBy(t *testing.T) {
	r := apitest.New(t, apitest.Options{Config: unlimited()})
	editor := r.As(t, apitest.Tea, auth.Editor, "ed").Knowledge
	for i, text := range []string{"运费多少钱", "  运费，要多少\u202e钱呢 ", "茶叶要怎么泡才好", "退茶叶"} {
		why, err := editor.ExplainMatch(t.Context(), &knowledgev1.ExplainMatchRequest{Text: text})
		if err != nil {
			t.Fatal(err)
		}
		if why.GetRelease() != 1 || why.GetSure() <= 0 || len(why.GetCandidates()) == 0 {
			t.Fatalf("ExplainMatch(%q) = %v, want candidates of release 1", text, why)
		}
		best := why.GetCandidates()[0]
		if best.GetTitle() == "" || best.GetQuestion() == "" || len(best.GetSignals()) == 0 {
			t.Errorf("best candidate for %q = %v, want its title, question and signals", text, best)
		}
		turn := start(t, r, fmt.Sprint("v", i)).say(text)
		if matched := turn.GetProbability() != 0; matched && (turn.GetProbability() != best.GetProbability() ||
			turn.GetNode() != "" && turn.GetNode() != best.GetNode()) {
			t.Errorf("turn for %q: %s at %v; ExplainMatch: %s at %v", text,
				turn.GetNode(), turn.GetProbability(), best.GetNode(), best.GetProbability())
		}
		if sure := turn.GetReason() == "SURE" || turn.GetReason() == "EXACT_QUESTION"; sure && why.GetVerdict() != "sure" {
			t.Errorf("turn for %q is %s, ExplainMatch says %s", text, turn.GetReason(), why.GetVerdict())
		}
	}
}

func TestExplainMatchTellsAWishForAHuman(t *testing.T) {
	r := apitest.New(t, apitest.Options{})
	editor := r.As(t, apitest.Tea, auth.Editor, "ed").Knowledge
	for text, want := range map[string]bool{"转人工": true, "运费多少钱": false} {
		why, err := editor.ExplainMatch(t.Context(), &knowledgev1.ExplainMatchRequest{Text: text})
		if err != nil || why.GetWishForHuman() != want {
			t.Errorf("ExplainMatch(%q) = wish %t, %v, want %t", text, why.GetWishForHuman(), err, want)
		}
	}
}

func TestExplainMatchRefuses(t *testing.T) {
	r := apitest.New(t, apitest.Options{})
	tea, silk := r.As(t, apitest.Tea, auth.Admin, "a").Knowledge, r.As(t, apitest.Silk, auth.Admin, "a").Knowledge
	_, err := silk.ExplainMatch(t.Context(), &knowledgev1.ExplainMatchRequest{Text: "运费"})
	wantError(t, "ExplainMatch without a release", err, codes.NotFound, "NO_RELEASE")
	for _, tt := range []struct {
		field string
		req   *knowledgev1.ExplainMatchRequest
	}{
		{"text", &knowledgev1.ExplainMatchRequest{}},
		{"text", &knowledgev1.ExplainMatchRequest{Text: " \u200b\n"}},
		{"text", &knowledgev1.ExplainMatchRequest{Text: strings.Repeat("茶", 2001)}},
		{"topic", &knowledgev1.ExplainMatchRequest{Text: "茶", Topic: strings.Repeat("a", 129)}},
	} {
		_, err := tea.ExplainMatch(t.Context(), tt.req)
		wantError(t, "ExplainMatch", err, codes.InvalidArgument, "INVALID_FIELD")
		if diff := cmp.Diff([]string{tt.field}, violations(err)); diff != "" {
			t.Errorf("violations (-want +got):\n%s", diff)
		}
	}
	if _, err := tea.ExplainMatch(t.Context(), &knowledgev1.ExplainMatchRequest{Text: strings.Repeat("茶", 2000), Topic: "no.such"}); err != nil {
		t.Errorf("ExplainMatch of the longest text about an unknown topic = %v, want nil", err)
	}
}

// An utterance that asks two things is explained as a turn answers it: the
// second is named, and can be picked.
func TestSeveralQuestionsInOneUtterance(t *testing.T) {
	r := apitest.New(t, apitest.Options{})
	const text = "运费多少钱，还有怎么泡茶？"
	why, err := r.As(t, apitest.Tea, auth.Editor, "ed").Knowledge.ExplainMatch(t.Context(), &knowledgev1.ExplainMatchRequest{Text: text})
	if err != nil || len(why.GetOthers()) != 1 || why.GetOthers()[0].GetTitle() == "" || why.GetPart() != "运费多少钱" {
		t.Fatalf("ExplainMatch(%q) = %v, %v, want one other candidate", text, why, err)
	}
	v := start(t, r, "ann")
	turn := v.say(text)
	want := "node:" + why.GetOthers()[0].GetNode()
	if turn.GetNode() != why.GetCandidates()[0].GetNode() || len(turn.GetOffers()) != 1 || turn.GetOffers()[0].GetId() != want {
		t.Fatalf("turn for %q = %v, want %s answered and %s on offer", text, turn, why.GetCandidates()[0].GetNode(), want)
	}
	res, err := v.Dialog.SendTurn(t.Context(), &dialogv1.SendTurnRequest{SessionId: v.id, TurnId: "pick", Pick: want})
	if err != nil || res.GetReason() != "PICKED" || res.GetNode() != why.GetOthers()[0].GetNode() || len(res.GetOffers()) != 0 {
		t.Errorf("SendTurn(pick %s) = %v, %v, want it answered and nothing more on offer", want, res, err)
	}
}
