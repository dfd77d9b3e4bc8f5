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
		{"two, however unlikely", []float64{0.2, 0.01}, 2},
		{"a third must be likely enough", []float64{0.2, 0.1, 0.049}, 2},
		{"at the floor", []float64{0.2, 0.1, 0.05}, 3},
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
