package eval_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/honeyguide-chat/honeyguide/intent"
	"github.com/honeyguide-chat/honeyguide/intent/eval"
)

func TestAblation(t *testing.T) {
	right, wrong := intent.Candidate{Node: "a", Probability: 0.9}, intent.Candidate{Node: "b", Probability: 0.9}
	unsure := intent.Candidate{Node: "b", Probability: 0.3}
	all, less := sides(t,
		pair{"a", right, wrong}, pair{"a", right, wrong}, pair{"a", unsure, right}, pair{"a", right, right},
		pair{"!none", unsure, unsure}, pair{"!none", wrong, unsure})
	rows, err := eval.Ablation([]eval.Ablated{{Measured: all, Cut: all.Sure()}, {Without: "words", Measured: less, Cut: less.Sure()}})
	if err != nil {
		t.Fatal(err)
	}
	for i := range rows {
		rows[i].Calibration, rows[i].P50 = nil, 250
	}
	share := func(v float64) *float64 { return &v }
	want := []eval.AblationRow{
		{Top1: share(0.75), AnsweredRight: share(0.75), AnsweredWrong: share(0.25), NoneRight: share(0.5), P50: 250},
		{Without: "words", Top1: share(0.5), AnsweredRight: share(0.5), AnsweredWrong: share(0.5), NoneRight: share(1), P50: 250,
			Better: 1, Worse: 2, P: share(1)},
	}
	if diff := cmp.Diff(want, rows); diff != "" {
		t.Errorf("Ablation (-want +got):\n%s", diff)
	}
	var b bytes.Buffer
	if err := eval.WriteAblation(&b, rows); err != nil {
		t.Fatal(err)
	}
	wantText := `
What each stage adds
  without     top-1  worse  better      p  answered right  wrong of answers  !none not answered  calibration error   match
  (nothing)  75.0 %                     -          75.0 %            25.0 %              50.0 %                  -  250 µs
  words      50.0 %      2       1  1.000          50.0 %            50.0 %             100.0 %                  -  250 µs
`
	if diff := cmp.Diff(wantText, b.String()); diff != "" {
		t.Errorf("WriteAblation (-want +got):\n%s", diff)
	}
}

func TestAblationRefuses(t *testing.T) {
	all, _ := sides(t, pair{want: "a"}, pair{want: "a"})
	less, _ := sides(t, pair{want: "a"})
	_, err := eval.Ablation([]eval.Ablated{{Measured: all}, {Without: "words", Measured: less}})
	if err == nil || !strings.Contains(err.Error(), "words") {
		t.Errorf("Ablation of other questions = %v, want an error that names words", err)
	}
}
