package intent

import "testing"

func TestMeant(t *testing.T) {
	for _, tc := range []struct {
		name string
		ps   []float64
		want int
	}{
		{"none", nil, 0},
		{"one, however unlikely", []float64{0.01}, 1},
		{"a clear favourite", []float64{0.4, 0.039, 0.02}, 1},
		{"a second must be likely enough", []float64{0.4, 0.1, 0.039}, 2},
		{"at the floor", []float64{0.2, 0.1, 0.04}, 3},
		{"at most four", []float64{0.2, 0.2, 0.2, 0.2, 0.2}, 4},
	} {
		t.Run(tc.name, func(t *testing.T) {
			cs := make([]Candidate, len(tc.ps))
			for i, p := range tc.ps {
				cs[i].Probability = p
			}
			if got := len(Meant(cs)); got != tc.want {
				t.Errorf("len(Meant(%v)) = %d, want %d", tc.ps, got, tc.want)
			}
		})
	}
}
