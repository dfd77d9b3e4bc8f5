package app_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/honeyguide-chat/honeyguide/cmd/internal/app"
	"github.com/honeyguide-chat/honeyguide/dialog/wish"
	"github.com/honeyguide-chat/honeyguide/intent/eval"
	"github.com/honeyguide-chat/honeyguide/knowledge/treefile"
	"github.com/honeyguide-chat/honeyguide/testdata"
)

var update = flag.Bool("update", false, "rewrite the golden reports")

// goldenReport is what the shipped tree came to when somebody last looked.
type goldenReport struct {
	Questions int           `json:"questions"` // that were put to it
	Figures   []eval.Figure `json:"figures"`   // by the release's own threshold
}

// A figure may move by slack, or by slackQuestions where that is more, before
// somebody has to look.
const (
	slack          = 0.01
	slackQuestions = 2
)

// testReport measures the release that a is serving and compares it with the
// golden report: a loss must be noticed, and a gain must be kept.
func testReport(t *testing.T, a *app.App, locale string) {
	got := reportOf(t, a, locale)
	path := "../../../testdata/reports/disputes." + locale + ".json"
	if *update {
		writeReport(t, path, got)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var want goldenReport
	if err := json.Unmarshal(data, &want); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	for _, p := range want.problems(got) {
		t.Errorf("%s: %s", path, p)
	}
	if t.Failed() {
		t.Log("renew it where that is right: go test ./cmd/internal/app -run Golden -update")
	}
}

func reportOf(t *testing.T, a *app.App, locale string) goldenReport {
	t.Helper()
	s, err := a.Catalog.Acquire(t.Context(), "demo")
	if err != nil {
		t.Fatal(err)
	}
	defer s.Release()
	name := "questions/disputes." + locale + ".test.tsv"
	data, err := testdata.Files.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	questions, problems := treefile.ReadQuestions(name, bytes.NewReader(data))
	if len(problems) > 0 {
		t.Fatal(problems[0])
	}
	m, err := eval.Measure(t.Context(), s, questions, eval.Options{
		Wish: func(text string) bool { return wish.Wants(text, s.Tree().Document().Locale) },
	})
	if err != nil {
		t.Fatal(err)
	}
	return goldenReport{len(questions), m.Figures(m.Sure())}
}

func writeReport(t *testing.T, path string, r goldenReport) {
	t.Helper()
	data, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, append(data, '\n'), 0o644); err != nil {
		t.Fatal(err)
	}
}

// problems returns what is worse in now, and what the golden report no longer
// says rightly.
func (then *goldenReport) problems(now goldenReport) []string {
	if then.Questions != now.Questions || len(then.Figures) != len(now.Figures) {
		return []string{fmt.Sprintf("stale: %d questions and %d figures then, %d and %d now",
			then.Questions, len(then.Figures), now.Questions, len(now.Figures))}
	}
	var out []string
	for i, f := range now.Figures {
		old := then.Figures[i]
		switch {
		case old.Name != f.Name || (old.Value == nil) != (f.Value == nil):
			out = append(out, fmt.Sprintf("stale: %s then, %s now", old.Name, f.Name))
		case f.Value != nil:
			if word := moved(*f.Value-*old.Value, f); word != "" {
				out = append(out, fmt.Sprintf("%s: %s is %.4f, was %.4f", word, f.Name, *f.Value, *old.Value))
			}
		}
	}
	return out
}

// moved says what a difference means; "" is little.
func moved(by float64, f eval.Figure) string {
	allowed := slack
	if f.Of > 0 {
		allowed = max(slack, slackQuestions/float64(f.Of))
	}
	switch worth := by * float64(f.Better); {
	case worth < -allowed-1e-12:
		return "worse"
	case max(by, -by) > allowed+1e-12:
		return "stale"
	}
	return ""
}

func TestGoldenReportNotices(t *testing.T) {
	of := func(right int) goldenReport {
		v := float64(right) / 1000
		return goldenReport{Questions: 1000, Figures: []eval.Figure{
			{Name: "right", Value: &v, Count: right, Of: 1000, Better: 1}, {Name: "auroc"},
		}}
	}
	few := func(right int) goldenReport {
		v := float64(right) / 20
		return goldenReport{Figures: []eval.Figure{{Name: "wrong", Value: &v, Count: right, Of: 20, Better: -1}}}
	}
	another, renamed := of(900), of(900)
	another.Questions = 3
	renamed.Figures[0].Name = "left"
	for _, tt := range []struct {
		name      string
		then, now goldenReport
		want      []string
	}{
		{"the same", of(900), of(900), nil},
		{"a little worse", of(900), of(890), nil},
		{"worse", of(900), of(889), []string{"worse: right is 0.8890, was 0.9000"}},
		{"better", of(900), of(911), []string{"stale: right is 0.9110, was 0.9000"}},
		{"two of a few", few(1), few(3), nil},
		{"three of a few", few(1), few(4), []string{"worse: wrong is 0.2000, was 0.0500"}},
		{"other questions", of(900), another, []string{"stale: 1000 questions and 2 figures then, 3 and 2 now"}},
		{"another figure", of(900), renamed, []string{"stale: right then, left now"}},
		{"no figure any more", of(900), goldenReport{Questions: 1000}, []string{"stale: 1000 questions and 2 figures then, 1000 and 0 now"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, tt.then.problems(tt.now)); diff != "" {
				t.Errorf("problems (-want +got):\n%s", diff)
			}
		})
	}
}
