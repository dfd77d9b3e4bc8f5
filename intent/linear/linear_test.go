package linear_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/honeyguide-chat/honeyguide/intent/lexical"
	"github.com/honeyguide-chat/honeyguide/intent/linear"
)

const features, classes = 40, 5

var options = linear.Options{Epochs: 8, Rate: 1.5, Decay: 1e-5, Dropout: 0.3}

// examples are noisy: each class has its own features and shares others.
func examples(seed uint64, n int) []linear.Example {
	r := rand.New(rand.NewPCG(seed, 1))
	out := make([]linear.Example, n)
	for i := range out {
		class := int32(i % classes)
		v, _ := lexical.FromSums(lexical.Vector{
			{ID: uint32(int(class)*4 + r.IntN(4)), Weight: 1},
			{ID: uint32(20 + r.IntN(20)), Weight: 1},
		})
		out[i] = linear.Example{Vector: v, Class: class}
		for c := range int32(classes) {
			if c != class {
				out[i].Rivals = append(out[i].Rivals, c)
			}
		}
	}
	return out
}

var all = []int32{0, 1, 2, 3, 4} // classes

func everything(int) bool { return true }

func best(m *linear.Model, v lexical.Vector) int32 {
	scores := m.Scores(v, all)
	return int32(slices.Index(scores, slices.Max(scores)))
}

func TestTrainLearnsTheClasses(t *testing.T) {
	m := linear.NewLayout(examples(1, 400), features).Train(everything, options)
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

func TestTrainIsDeterministic(t *testing.T) {
	l := linear.NewLayout(examples(1, 200), features)
	again := linear.NewLayout(examples(1, 200), features)
	a, b := l.Train(everything, options), again.Train(everything, options)
	for _, e := range examples(3, 50) {
		if diff := cmp.Diff(a.Scores(e.Vector, all), b.Scores(e.Vector, all)); diff != "" {
			t.Fatalf("scores differ:\n%s", diff)
		}
	}
}

func TestTrainUsesOnlyWhatItMay(t *testing.T) {
	l := linear.NewLayout(examples(1, 200), features)
	m := l.Train(func(i int) bool { return i%classes != 3 }, options)
	for i, e := range examples(1, 200) {
		if i%classes == 3 && best(m, e.Vector) == 3 && m.Scores(e.Vector, []int32{3})[0] > 0.5 {
			t.Fatalf("class 3 is learnt although none of its examples was used")
		}
	}
}

func TestScoreOfWhatWasNeverSeen(t *testing.T) {
	m := linear.NewLayout(examples(1, 50), features).Train(everything, options)
	if got := m.Scores(nil, all); slices.Max(got) != 0 || slices.Min(got) != 0 {
		t.Errorf("Scores of an empty vector = %v, want 0", got)
	}
	if got := m.Scores(examples(1, 1)[0].Vector, []int32{99}); got[0] != 0 {
		t.Errorf("Scores of an unknown class = %v, want 0", got)
	}
}

func TestScoresDoNotDependOnWhatElseIsAsked(t *testing.T) {
	m := linear.NewLayout(examples(1, 200), features).Train(everything, options)
	for _, e := range examples(3, 50) {
		got := m.Scores(e.Vector, all)
		for c, want := range got {
			if one := m.Scores(e.Vector, []int32{int32(c)}); one[0] != want {
				t.Fatalf("Scores of class %d alone = %v, among all %v", c, one[0], want)
			}
		}
	}
}

func BenchmarkTrain(b *testing.B) {
	ex := examples(1, 2000)
	for b.Loop() {
		linear.NewLayout(ex, features).Train(everything, options)
	}
}
