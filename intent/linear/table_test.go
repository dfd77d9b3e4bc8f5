package linear_test

import (
	"bytes"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/honeyguide-chat/honeyguide/intent/linear"
)

func TestTableLearnsTheClasses(t *testing.T) {
	known := examples(1, 400)
	for i := range known {
		known[i].Rivals = nil // all classes compete
	}
	m := linear.NewTable(known, classes, features).Train(everything, options)
	right := 0
	unseen := examples(2, 200)
	for _, e := range unseen {
		if best(m, e.Vector) == e.Class {
			right++
		}
	}
	if right < 190 {
		t.Errorf("right on %d of %d unseen examples, want at least 190", right, len(unseen))
	}
}

func TestTableIsDeterministic(t *testing.T) {
	table := linear.NewTable(examples(1, 100), classes, features)
	some := func(i int) bool { return i%3 > 0 }
	a, b := table.TrainTwice(some, options)
	if !bytes.Equal(a.AppendTo(nil), table.Train(some, options).AppendTo(nil)) || !bytes.Equal(b.AppendTo(nil), table.Train(everything, options).AppendTo(nil)) {
		t.Error("training the same examples twice gives two models")
	}
	if bytes.Equal(a.AppendTo(nil), b.AppendTo(nil)) {
		t.Error("the examples left out make no difference")
	}
}

func TestTableDoesNotLookAtWhatIsLeftOut(t *testing.T) {
	e := examples(1, 100)
	half := func(i int) bool { return i < 50 }
	a := linear.NewTable(e, classes, features).Train(half, options)
	changed := append(e[:50:50], examples(9, 50)...)
	b := linear.NewTable(changed, classes, features).Train(half, options)
	if !bytes.Equal(a.AppendTo(nil), b.AppendTo(nil)) {
		t.Error("examples left out of training change the model")
	}
}

func TestAddToAddsTheScores(t *testing.T) {
	m := linear.NewLayout(examples(1, 100), features).Train(everything, options)
	v := examples(2, 1)[0].Vector
	got, want := []float64{1, 1, 1, 1, 1}, m.Scores(v, all)
	m.AddTo(got, v)
	for i := range want {
		want[i]++
	}
	if diff := cmp.Diff(want, got, cmpopts.EquateApprox(0, 1e-9)); diff != "" {
		t.Errorf("AddTo (-want +got):\n%s", diff)
	}
}
