package eval_test

import (
	"math"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/honeyguide-chat/honeyguide/intent"
	"github.com/honeyguide-chat/honeyguide/intent/eval"
	"github.com/honeyguide-chat/honeyguide/knowledge"
	"github.com/honeyguide-chat/honeyguide/knowledge/lint"
)

func measure(t *testing.T, m eval.Matcher, o eval.Options, questions ...lint.Question) *eval.Measurement {
	t.Helper()
	o.Now = steady()
	out, err := eval.Measure(t.Context(), m, questions, o)
	if err != nil {
		t.Fatalf("Measure: %v", err)
	}
	return out
}

// put makes a question, what it expects, and what the matcher says to it: the
// best node with its probability.
func (s stub) put(want, got knowledge.NodeID, p float64) lint.Question {
	text := strconv.Itoa(len(s))
	s[text] = []intent.Candidate{candidate(got, p)}
	return question(text, want)
}

const no = lint.ExpectNone

func TestFix(t *testing.T) {
	for _, tt := range []struct {
		name string
		put  func(s stub) []lint.Question
		want []eval.Cut
	}{
		{"nothing in scope", func(s stub) []lint.Question {
			return []lint.Question{s.put(no, "a", 0.5), s.put(lint.ExpectHuman, "a", 0.5)}
		}, nil},
		{"nothing out of scope: 95 % are answered", func(s stub) (qs []lint.Question) {
			for i := range 40 {
				qs = append(qs, s.put("a", "a", 1-float64(i)/100))
			}
			return qs
		}, cuts(eval.RuleKeep, 0.63)}, // the 38th of 40
		{"a clear gap", func(s stub) []lint.Question {
			return []lint.Question{s.put("a", "a", 0.9), s.put("b", "b", 0.7), s.put(no, "a", 0.4), s.put(no, "b", 0.2)}
		}, cuts(eval.RuleBalance, 0.7, eval.RuleAccuracy, 0.7, eval.RuleKeep, 0.7)},
		// Of three in scope and one not, an answer to the latter costs as much as
		// three, or as one.
		{"shares and counts differ", func(s stub) []lint.Question {
			return []lint.Question{s.put("a", "a", 0.9), s.put(no, "a", 0.8), s.put("a", "a", 0.7), s.put("a", "a", 0.6)}
		}, cuts(eval.RuleBalance, 0.9, eval.RuleAccuracy, 0.6, eval.RuleKeep, 0.6)},
		{"what is wrong in scope gains nothing", func(s stub) []lint.Question {
			return []lint.Question{s.put("a", "a", 0.9), s.put("a", "b", 0.8), s.put(no, "a", 0.7)}
		}, cuts(eval.RuleBalance, 0.8, eval.RuleAccuracy, 0.8, eval.RuleKeep, 0.8)},
		{"one threshold for equal probabilities", func(s stub) []lint.Question {
			return []lint.Question{s.put(no, "a", 0.5), s.put(no, "a", 0.5), s.put("a", "a", 0.5)}
		}, cuts(eval.RuleBalance, 0.5, eval.RuleAccuracy, math.Nextafter(1, 2), eval.RuleKeep, 0.5)},
		{"nothing is right", func(s stub) []lint.Question {
			return []lint.Question{s.put(no, "a", 1), s.put("a", "b", 0.5)}
		}, cuts(eval.RuleBalance, math.Nextafter(1, 2), eval.RuleAccuracy, math.Nextafter(1, 2), eval.RuleKeep, 0.5)},
		{"no candidates", func(s stub) []lint.Question {
			return []lint.Question{question("unheard of", "a"), s.put(no, "a", 0.5)}
		}, cuts(eval.RuleBalance, math.Nextafter(1, 2), eval.RuleAccuracy, math.Nextafter(1, 2), eval.RuleKeep, 0.0)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := stub{}
			got := measure(t, s, eval.Options{}, tt.put(s)...).Fix()
			if diff := cmp.Diff(tt.want, got, cmpopts.EquateApprox(0, 1e-9)); diff != "" {
				t.Errorf("Fix (-want +got):\n%s", diff)
			}
		})
	}
}

// cuts makes cuts of rules and thresholds in turn.
func cuts(list ...any) []eval.Cut {
	var out []eval.Cut
	for i := 0; i < len(list); i += 2 {
		threshold := list[i+1].(float64)
		out = append(out, eval.Cut{Rule: list[i].(eval.Rule), Threshold: &threshold})
	}
	return out
}

func TestDecisions(t *testing.T) {
	s := stub{}
	questions := []lint.Question{
		s.put("a", "a", 0.9), s.put("a", "b", 0.7), s.put("b", "b", 0.3),
		s.put(no, "a", 0.55), s.put(no, "b", 0.4), question("unheard of", no), question("转人工", lint.ExpectHuman),
	}
	m := measure(t, s, eval.Options{Kinds: []string{"near", "", "far", "near", "far", "", "far"}}, questions...)
	low := 0.25
	got := m.Report(eval.Cut{Rule: eval.RuleKeep, Threshold: &low}).Decisions
	of := func(count, of int) eval.Share { return eval.Share{Count: count, Of: of} }
	kinds := func(far, near eval.Share) []eval.KindShare { return []eval.KindShare{{"far", far}, {"near", near}} }
	sure := 0.6
	want := []eval.Decision{
		{Cut: eval.Cut{Rule: eval.RuleSure, Threshold: &sure}, InScope: of(1, 3), OutOfScope: of(3, 3), Kinds: kinds(of(1, 2), of(2, 2))},
		{Cut: eval.Cut{Rule: eval.RuleLikelier}, InScope: of(1, 3), OutOfScope: of(2, 3), Kinds: kinds(of(1, 2), of(1, 2))},
		{Cut: eval.Cut{Rule: eval.RuleKeep, Threshold: &low}, InScope: of(2, 3), OutOfScope: of(1, 3), Kinds: kinds(of(1, 2), of(1, 2))},
	}
	if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(eval.Decision{}, "MCC")); diff != "" {
		t.Errorf("Decisions (-want +got):\n%s", diff)
	}
}

func TestMCC(t *testing.T) {
	for _, tt := range []struct {
		name string
		put  func(s stub) []lint.Question
		want float64
	}{
		{"all right", func(s stub) []lint.Question {
			return []lint.Question{s.put("a", "a", 0.9), s.put("b", "b", 0.9), s.put(no, "b", 0.1)}
		}, 1},
		// Two classes: a is decided for one a of two and for one none of three, so
		// TP, FN, FP, TN are 1, 1, 1 and 2: (2-1) / sqrt(2*2*3*3).
		{"as Matthews has it", func(s stub) []lint.Question {
			return []lint.Question{s.put("a", "a", 0.9), s.put("a", "a", 0.1), s.put(no, "a", 0.9), s.put(no, "a", 0.1), s.put(no, "a", 0.2)}
		}, 1.0 / 6},
		// Three classes, worked out by hand: 4 questions, 2 right; expected a 2,
		// b 1, none 1; decided a 2, b 2: (2*4 - 2*2 - 1*2) / sqrt((16-6) * (16-8)).
		{"three classes", func(s stub) []lint.Question {
			return []lint.Question{s.put("a", "a", 0.9), s.put("a", "b", 0.9), s.put("b", "b", 0.9), s.put(no, "a", 0.9)}
		}, 2 / math.Sqrt(80)},
		{"any of several right ones is right", func(s stub) []lint.Question {
			q := s.put("a", "b", 0.9)
			q.Expect = ids("a", "b")
			return []lint.Question{q, s.put(no, "a", 0.1)}
		}, 1},
		{"wishes for a human do not count", func(s stub) []lint.Question {
			return []lint.Question{s.put("a", "a", 0.9), s.put(no, "a", 0.1), s.put(lint.ExpectHuman, "a", 0.9)}
		}, 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := stub{}
			near(t, "MCC", run(t, s, tt.put(s)...).Decisions[0].MCC, tt.want)
		})
	}
	s := stub{}
	if got := run(t, s, s.put("a", "a", 0.9), s.put("a", "a", 0.9)).Decisions[0].MCC; got != nil {
		t.Errorf("MCC of one class = %v, want nil", *got)
	}
}

func TestScopeAUROC(t *testing.T) {
	s := stub{}
	r := run(t, s, s.put("a", "a", 0.9), s.put("a", "b", 0.2), s.put(no, "a", 0.5))
	near(t, "AUROC", r.AUROC, 1)
	near(t, "ScopeAUROC", r.ScopeAUROC, 0.5)
	// The stub's other probability is that of none.
	near(t, "AnyAUROC", r.AnyAUROC, 0.5)
	// Two nodes that share the probability are in scope all the same.
	s = stub{"both": {candidate("a", 0.4), candidate("b", 0.4)}, "neither": {candidate("a", 0.5)}}
	r = run(t, s, question("both", "a"), question("neither", no))
	near(t, "ScopeAUROC", r.ScopeAUROC, 0)
	near(t, "AnyAUROC", r.AnyAUROC, 1)
}

func TestKindsMustBeAsManyAsQuestions(t *testing.T) {
	if _, err := eval.Measure(t.Context(), stub{}, []lint.Question{question("a", "a")}, eval.Options{Kinds: []string{"x", "y"}}); err == nil {
		t.Error("Measure: no error")
	}
}
