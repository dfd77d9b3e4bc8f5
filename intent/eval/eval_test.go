package eval_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/honeyguide-chat/honeyguide/intent"
	"github.com/honeyguide-chat/honeyguide/intent/eval"
	"github.com/honeyguide-chat/honeyguide/knowledge"
	"github.com/honeyguide-chat/honeyguide/knowledge/lint"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// stub answers from a list, with thresholds of 0.6 and 0.2.
type stub map[string][]intent.Candidate

var errStub = errors.New("matcher broke")

func (s stub) Thresholds() intent.Thresholds { return intent.Thresholds{Sure: 0.6, Unsure: 0.2} }

func (s stub) Match(_ context.Context, utterance string, _ knowledge.NodeID, _ time.Time) (intent.Result, error) {
	if utterance == "break" {
		return intent.Result{}, errStub
	}
	r := intent.Result{Candidates: s[utterance], None: 1}
	for _, c := range r.Candidates {
		r.None -= c.Probability
	}
	if best, ok := r.Best(); ok && best.Probability >= 0.6 {
		r.Verdict = intent.Sure
	} else if ok && best.Probability >= 0.2 {
		r.Verdict = intent.Unsure
	}
	return r, nil
}

func candidate(node knowledge.NodeID, p float64) intent.Candidate {
	return intent.Candidate{Node: node, Probability: p}
}

func question(text string, expect ...knowledge.NodeID) lint.Question {
	return lint.Question{Text: text, Expect: expect, File: "q.tsv", Line: 2}
}

// steady is a clock that goes on by a tenth of a millisecond with each look.
func steady() func() time.Time {
	now := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
	return func() time.Time {
		now = now.Add(100 * time.Microsecond)
		return now
	}
}

func wish(text string) bool { return strings.Contains(text, "人工") }

func run(t *testing.T, m eval.Matcher, questions ...lint.Question) *eval.Report {
	t.Helper()
	r, err := eval.Run(t.Context(), m, questions, eval.Options{
		Wish: wish,
		Now:  steady(),
	})
	if err != nil {
		t.Fatalf("Run: %v", err)
	}
	return r
}

// TestOutcomes has one question a row: what it counts as, and whether that is
// right.
func TestOutcomes(t *testing.T) {
	sure := []intent.Candidate{candidate("a", 0.7), candidate("b", 0.2)}
	unsure := []intent.Candidate{
		candidate("a", 0.4), candidate("b", 0.04), candidate("c", 0.03), candidate("d", 0.02),
	}
	weak := []intent.Candidate{candidate("a", 0.1)}
	for _, tc := range []struct {
		name  string
		text  string
		cs    []intent.Candidate
		want  []knowledge.NodeID
		tally func(*eval.Tally) eval.Share
		right int
	}{
		{"sure and expected", "q", sure, ids("a"), answeredRight, 1},
		{"sure and one of the expected", "q", sure, ids("x", "a"), answeredRight, 1},
		{"sure of another", "q", sure, ids("b"), answeredWrong, 0},
		{"unsure, expected first", "q", unsure, ids("a"), askedWith, 0},
		{"unsure, expected second", "q", unsure, ids("b"), askedWith, 0},
		{"unsure, expected too unlikely to be offered", "q", unsure, ids("c"), askedWithout, 0},
		{"not understood", "q", weak, ids("a"), unknown, 0},
		{"no candidates", "q", nil, ids("a"), unknown, 0},
		{"taken for a wish", "人工", sure, ids("a"), handedOver, 0},
		{"none, answered", "q", sure, ids(lint.ExpectNone), answeredWrong, 0},
		{"none, asked", "q", unsure, ids(lint.ExpectNone), askedWithout, 1},
		{"none, not understood", "q", weak, ids(lint.ExpectNone), unknown, 1},
		{"none, taken for a wish", "人工", sure, ids(lint.ExpectNone), handedOver, 1},
		{"no expectation is none", "q", weak, nil, unknown, 1},
		{"human, recognised", "转人工", sure, ids(lint.ExpectHuman), handedOver, 1},
		{"human, answered", "q", sure, ids(lint.ExpectHuman), answeredWrong, 0},
		{"human, asked", "q", unsure, ids(lint.ExpectHuman), askedWithout, 0},
	} {
		t.Run(tc.name, func(t *testing.T) {
			r := run(t, stub{tc.text: tc.cs}, question(tc.text, tc.want...))
			if got := tc.tally(&r.All); got != (eval.Share{Count: 1, Of: 1}) {
				t.Errorf("All = %+v, want it counted there", r.All)
			}
			if got := r.All.Right.Count; got != tc.right {
				t.Errorf("Right = %d, want %d", got, tc.right)
			}
		})
	}
}

func ids(ids ...knowledge.NodeID) []knowledge.NodeID { return ids }

func answeredRight(t *eval.Tally) eval.Share { return t.AnsweredRight }
func answeredWrong(t *eval.Tally) eval.Share { return t.AnsweredWrong }
func askedWith(t *eval.Tally) eval.Share     { return t.AskedWith }
func askedWithout(t *eval.Tally) eval.Share  { return t.AskedWithout }
func unknown(t *eval.Tally) eval.Share       { return t.Unknown }
func handedOver(t *eval.Tally) eval.Share    { return t.HandedOver }

func TestRanking(t *testing.T) {
	m := stub{
		"a1": {candidate("a", 0.9)},
		"a2": {candidate("b", 0.5), candidate("a", 0.3)},
		"a3": {candidate("b", 0.5), candidate("c", 0.3), candidate("d", 0.1), candidate("a", 0.1)},
		"b1": {candidate("b", 0.1)},
	}
	r := run(t, m, question("a1", "a"), question("a2", "a"), question("a3", "a", "x"), question("b1", "b"),
		question("?", lint.ExpectNone))
	if want := (eval.Share{Count: 2, Of: 4}); r.Top1 != want {
		t.Errorf("Top1 = %v, want %v", r.Top1, want)
	}
	if want := (eval.Share{Count: 3, Of: 4}); r.Top3 != want {
		t.Errorf("Top3 = %v, want %v", r.Top3, want)
	}
	near(t, "MacroRecall", r.MacroRecall, (1.0/3+1)/2)
}

func TestAUROC(t *testing.T) {
	none, a := lint.ExpectNone, knowledge.NodeID("a")
	m := stub{}
	for text, p := range map[string]float64{"0.9": 0.9, "0.5": 0.5, "0.2": 0.2, "0.1": 0.1} {
		m[text] = []intent.Candidate{candidate(a, p)}
	}
	for _, tc := range []struct {
		name      string
		questions []lint.Question
		want      float64
	}{
		{"all above", []lint.Question{question("0.9", a), question("0.5", a), question("0.2", none)}, 1},
		{"all below", []lint.Question{question("0.1", a), question("0.2", none)}, 0},
		{"a tie counts half", []lint.Question{question("0.5", a), question("0.5", none)}, 0.5},
		{"three pairs of four", []lint.Question{
			question("0.9", a), question("0.2", a), question("0.5", none), question("0.1", none),
		}, 0.75},
		{"ties among others", []lint.Question{
			question("0.9", a), question("0.5", a), question("0.5", none), question("0.5", none), question("0.1", none),
		}, (3 + 1 + 2*0.5) / 6},
		{"what is wrong in scope does not count", []lint.Question{
			question("0.9", a), question("0.1", "b"), question("0.2", none),
		}, 1},
	} {
		t.Run(tc.name, func(t *testing.T) {
			near(t, "AUROC", run(t, m, tc.questions...).AUROC, tc.want)
		})
	}
	if got := run(t, m, question("0.9", a)).AUROC; got != nil {
		t.Errorf("AUROC without !none = %v, want nil", *got)
	}
}

func TestCalibration(t *testing.T) {
	m := stub{
		"x": {candidate("a", 0.85)}, "y": {candidate("a", 0.81)}, "z": {candidate("a", 0.1)}, "one": {candidate("a", 1)},
	}
	r := run(t, m, question("x", "a"), question("y", "b"), question("z", lint.ExpectNone), question("one", "a"),
		question("x", lint.ExpectHuman))
	want := []eval.Bin{
		{From: 0.1, To: 0.2, N: 1, Probability: 0.1},
		{From: 0.8, To: 0.9, N: 2, Probability: 0.83, Right: 0.5},
		{From: 0.9, To: 1, N: 1, Probability: 1, Right: 1},
	}
	var got []eval.Bin
	for _, b := range r.Bins {
		if b.N > 0 {
			got = append(got, b)
		}
	}
	if diff := cmp.Diff(want, got, cmpopts.EquateApprox(0, 1e-9)); diff != "" {
		t.Errorf("Bins (-want +got):\n%s", diff)
	}
	near(t, "CalibrationError", r.CalibrationError, (0.1+2*0.33)/4)
	if len(r.Bins) != 10 {
		t.Errorf("len(Bins) = %d, want 10", len(r.Bins))
	}
}

func TestCurve(t *testing.T) {
	m := stub{
		"0.9": {candidate("a", 0.9)}, "0.7": {candidate("a", 0.7)}, "0.3": {candidate("a", 0.3)},
		"人工": {candidate("a", 0.95)},
	}
	r := run(t, m, question("0.9", "a"), question("0.7", "b"), question("0.7", "a"), question("0.3", lint.ExpectNone),
		question("人工", "a"), question("nothing", "a"))
	want := []eval.Point{
		{Threshold: 0.9, Answered: eval.Share{Count: 1, Of: 6}, Wrong: eval.Share{Count: 0, Of: 1}, Right: eval.Share{Count: 1, Of: 5}},
		{Threshold: 0.7, Answered: eval.Share{Count: 3, Of: 6}, Wrong: eval.Share{Count: 1, Of: 3}, Right: eval.Share{Count: 2, Of: 5}},
		{Threshold: 0.3, Answered: eval.Share{Count: 4, Of: 6}, Wrong: eval.Share{Count: 2, Of: 4}, Right: eval.Share{Count: 2, Of: 5}},
	}
	if diff := cmp.Diff(want, r.Curve); diff != "" {
		t.Errorf("Curve (-want +got):\n%s", diff)
	}
	chosen := want[1]
	chosen.Threshold = 0.6
	if diff := cmp.Diff(chosen, r.Chosen); diff != "" {
		t.Errorf("Chosen (-want +got):\n%s", diff)
	}
	// The chosen point says what the tallies say.
	if got, want := r.Chosen.Answered.Count, r.All.AnsweredRight.Count+r.All.AnsweredWrong.Count; got != want {
		t.Errorf("Chosen answers %d, the tally %d", got, want)
	}
	if got, want := r.Chosen.Wrong.Count, r.All.AnsweredWrong.Count; got != want {
		t.Errorf("Chosen has %d wrong, the tally %d", got, want)
	}
}

func TestNodesAndConfusions(t *testing.T) {
	m := stub{
		"a1": {candidate("a", 0.9)},
		"b1": {candidate("a", 0.7), candidate("b", 0.1)},
		"b2": {candidate("a", 0.3), candidate("b", 0.1)},
		"b3": {candidate("a", 0.8), candidate("b", 0.1)},
		"c1": {candidate("b", 0.3), candidate("c", 0.1)},
		"n1": {candidate("c", 0.65)},
		"n2": {candidate("c", 0.5)},
	}
	r := run(t, m, question("a1", "a"), question("b1", "b"), question("b2", "b", "z"), question("b3", "b"),
		question("c1", "c"), question("c2", "c"), question("n1", lint.ExpectNone), question("n2", lint.ExpectNone))
	wantNodes := []eval.NodeTally{
		{Node: "b", N: 3, Wrong: 2, Asked: 1},
		{Node: "c", N: 2, Asked: 1, Other: 1},
		{Node: "a", N: 1, Right: 1},
	}
	if diff := cmp.Diff(wantNodes, r.Nodes); diff != "" {
		t.Errorf("Nodes (-want +got):\n%s", diff)
	}
	wantConfusions := []eval.Confusion{
		{Want: "b", Got: "a", Count: 3, Answered: 2, Example: "b3", Probability: 0.8},
		{Want: "!none", Got: "c", Count: 1, Answered: 1, Example: "n1", Probability: 0.65},
		{Want: "c", Got: "b", Count: 1, Example: "c1", Probability: 0.3},
	}
	if diff := cmp.Diff(wantConfusions, r.Confusions); diff != "" {
		t.Errorf("Confusions (-want +got):\n%s", diff)
	}
}

func TestLatency(t *testing.T) {
	r := run(t, stub{}, question("a", "a"), question("b", "b"))
	if want := (eval.Latency{P50: 100 * time.Microsecond, P99: 100 * time.Microsecond}); r.Latency != want {
		t.Errorf("Latency = %v, want %v", r.Latency, want)
	}
}

func TestRunStops(t *testing.T) {
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	for _, tc := range []struct {
		name string
		ctx  context.Context
		text string
		want error
		says string
	}{
		{"at an error of the matcher", t.Context(), "break", errStub, "q.tsv:2"},
		{"when the context ends", cancelled, "a", context.Canceled, "0 of 1"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			_, err := eval.Run(tc.ctx, stub{}, []lint.Question{question(tc.text, "a")}, eval.Options{})
			if !errors.Is(err, tc.want) || !strings.Contains(err.Error(), tc.says) {
				t.Errorf("Run = %v, want %v that says %q", err, tc.want, tc.says)
			}
		})
	}
}

// away is a matcher whose embedder is away for some.
type away struct{ stub }

func (a away) Match(ctx context.Context, utterance string, topic knowledge.NodeID, now time.Time) (intent.Result, error) {
	r, err := a.stub.Match(ctx, utterance, topic, now)
	if utterance == "away" {
		r.Away = errStub
	}
	return r, err
}

func TestAway(t *testing.T) {
	r := run(t, away{stub{}}, question("here", "a"), question("away", "a"), question("away", lint.ExpectNone))
	if r.Away != 2 {
		t.Errorf("Away = %d, want 2", r.Away)
	}
	var b bytes.Buffer
	if err := r.WriteText(&b, false); err != nil {
		t.Fatal(err)
	}
	if want := "2 were matched without vectors"; !strings.Contains(b.String(), want) {
		t.Errorf("WriteText does not say %q", want)
	}
}

func TestProgress(t *testing.T) {
	var got []int
	_, err := eval.Run(t.Context(), stub{}, []lint.Question{question("a", "a"), question("b", "b")},
		eval.Options{Progress: func(done int) { got = append(got, done) }})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]int{1, 2}, got); diff != "" {
		t.Errorf("progress (-want +got):\n%s", diff)
	}
}

func TestJSONOfNothing(t *testing.T) {
	var b bytes.Buffer
	if err := run(t, stub{}).WriteJSON(&b); err != nil {
		t.Fatal(err)
	}
	var got map[string]any
	if err := json.Unmarshal(b.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"auroc", "calibrationError", "macroRecall"} {
		if v, ok := got[name]; !ok || v != nil {
			t.Errorf("%s = %v, want null", name, v)
		}
	}
	for _, name := range []string{"curve", "nodes", "confusions"} {
		if v, ok := got[name].([]any); !ok || len(v) != 0 {
			t.Errorf("%s = %v, want an empty list", name, got[name])
		}
	}
}

func sample(t *testing.T) *eval.Report { return sampleMeasurement(t).Report() }

// sampleMeasurement is of a small set with something of everything.
func sampleMeasurement(t *testing.T) *eval.Measurement {
	t.Helper()
	m := stub{
		"什么时候发货":         {candidate("shipping.when", 0.93), candidate("shipping.late", 0.04)},
		"说好今天发的怎么还没发":    {candidate("shipping.when", 0.71), candidate("shipping.late", 0.22)},
		"催一下":            {candidate("shipping.when", 0.41), candidate("shipping.late", 0.39)},
		"运费险怎么赔":         {candidate("returns.insurance", 0.88)},
		"7天还能退吗":         {candidate("returns.seven_days", 0.97)},
		"今天天气怎么样":        {candidate("shipping.when", 0.12)},
		"帮我写首诗":          {candidate("returns.insurance", 0.31)},
		"我要人":            {candidate("shipping.when", 0.2)},
		"ＯＭＧ where is 它": {candidate("returns.insurance", 0.24)},
	}
	return measure(t, m, eval.Options{Wish: wish},
		question("什么时候发货", "shipping.when"), question("说好今天发的怎么还没发", "shipping.late"),
		question("催一下", "shipping.late"), question("运费险怎么赔", "returns.insurance"),
		question("7天还能退吗", "returns.seven_days", "returns.rules"), question("今天天气怎么样", lint.ExpectNone),
		question("帮我写首诗", lint.ExpectNone), question("转人工", lint.ExpectHuman), question("我要人", lint.ExpectHuman),
		question("ＯＭＧ where is 它", "shipping.when"))
}

func TestGolden(t *testing.T) {
	for _, tc := range []struct {
		name  string
		write func(*eval.Report, *bytes.Buffer) error
	}{
		{"report.txt", func(r *eval.Report, b *bytes.Buffer) error { return r.WriteText(b, true) }},
		{"report.json", func(r *eval.Report, b *bytes.Buffer) error { return r.WriteJSON(b) }},
		{"curve.svg", func(r *eval.Report, b *bytes.Buffer) error { return r.WriteCurve(b, 0.05) }},
		{"comparison.txt", func(_ *eval.Report, b *bytes.Buffer) error {
			return sampleComparison(t).WriteText(b, "Compared: edited")
		}},
		{"comparison.json", func(_ *eval.Report, b *bytes.Buffer) error {
			e := json.NewEncoder(b)
			e.SetIndent("", "  ")
			return e.Encode(sampleComparison(t))
		}},
		{"empty.txt", func(_ *eval.Report, b *bytes.Buffer) error { return run(t, stub{}).WriteText(b, true) }},
		{"empty.svg", func(_ *eval.Report, b *bytes.Buffer) error { return run(t, stub{}).WriteCurve(b, 0) }},
	} {
		t.Run(tc.name, func(t *testing.T) {
			var got bytes.Buffer
			if err := tc.write(sample(t), &got); err != nil {
				t.Fatal(err)
			}
			path := filepath.Join("testdata", tc.name)
			if *update {
				if err := os.WriteFile(path, got.Bytes(), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), got.String()); diff != "" {
				t.Errorf("%s (-want +got), run with -update if it should be so:\n%s", path, diff)
			}
		})
	}
}

// sampleComparison is of a small set of which some questions are put otherwise.
func sampleComparison(t *testing.T) *eval.Comparison {
	t.Helper()
	before, after := stub{}, stub{}
	var as, bs []lint.Question
	for _, q := range []struct {
		was, is string
		want    knowledge.NodeID
		got     intent.Candidate
		then    intent.Candidate
	}{
		{"什么时候发货", "什麼時候發貨", "shipping.when", candidate("shipping.when", 0.93), candidate("shipping.when", 0.91)},
		{"说好今天发的怎么还没发", "說好今天發的怎麼還沒發", "shipping.late", candidate("shipping.when", 0.71), candidate("shipping.late", 0.64)},
		{"运费险怎么赔", "運費險怎麼賠", "returns.insurance", candidate("returns.insurance", 0.88), candidate("returns.insurance", 0.3)},
		{"我要退货", "我要退貨", "returns.how", candidate("returns.how", 0.8), candidate("shipping.when", 0.61)},
		{"今天天气怎么样", "今天天氣怎麼樣", no, candidate("shipping.when", 0.12), candidate("shipping.when", 0.1)},
		{"hello", "hello", no, candidate("shipping.when", 0.2), candidate("shipping.when", 0.2)},
	} {
		before[q.was], after[q.is] = []intent.Candidate{q.got}, []intent.Candidate{q.then}
		as, bs = append(as, question(q.was, q.want)), append(bs, question(q.is, q.want))
	}
	a, b := measure(t, before, eval.Options{}, as...), measure(t, after, eval.Options{}, bs...)
	c, err := eval.Compare(a, b, a.Sure(), b.Sure())
	if err != nil {
		t.Fatal(err)
	}
	return c
}

type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, errStub }

func TestWriteErrors(t *testing.T) {
	r := sample(t)
	for name, err := range map[string]error{
		"Comparison.WriteText": sampleComparison(t).WriteText(broken{}, ""),
		"WriteText":            r.WriteText(broken{}, true), "WriteJSON": r.WriteJSON(broken{}), "WriteCurve": r.WriteCurve(broken{}, 0),
	} {
		if !errors.Is(err, errStub) {
			t.Errorf("%s = %v, want %v", name, err, errStub)
		}
	}
}

func near(t *testing.T, name string, got *float64, want float64) {
	t.Helper()
	if got == nil || *got < want-1e-9 || *got > want+1e-9 {
		t.Errorf("%s = %v, want %v", name, got, want)
	}
}
