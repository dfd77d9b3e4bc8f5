package linear

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/honeyguide-chat/honeyguide/intent/lexical"
)

// plainly is what Scores returns, one class after the other by plain search.
func (m *Model) plainly(v lexical.Vector, classes []int32) []float64 {
	out := make([]float64, len(classes))
	for i, c := range classes {
		for _, t := range v {
			if at, ok := slices.BinarySearch(m.classesOf(nil, t.ID), uint16(c)); ok {
				out[i] += float64(t.Weight) * float64(m.weight[int(m.rows[t.ID].weight)+at])
			}
		}
		out[i] *= grain
	}
	return out
}

// ascending returns n different numbers from low on, below high, ascending.
func ascending(r *rand.Rand, n, low, high int) []uint16 {
	all := make([]uint16, 0, high-low)
	for c := low; c < high; c++ {
		all = append(all, uint16(c))
	}
	r.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	all = all[:min(n, len(all))]
	slices.Sort(all)
	return all
}

func TestScoresAreThoseOfPlainSearchBitForBit(t *testing.T) {
	tests := []struct {
		name              string
		held, low, high   int // classes of a row, and from where to where they are
		asked, from, upto int // classes asked about
	}{
		{"no row", 0, 0, 1, 20, 0, 100},
		{"nothing asked", 20, 0, 100, 0, 0, 1},
		{"one", 1, 5, 6, 10, 0, 10},
		{"full rows", 500, 0, 500, 32, 0, 500},
		{"even rows", 300, 0, 500, 32, 0, 500},
		{"thin rows", 7, 0, 5000, 32, 0, 5000},
		{"rows in one place", 100, 4000, 4200, 32, 0, 5000},
		{"asked in one place", 3000, 0, 5000, 32, 4100, 4140},
		{"asked after the row", 50, 0, 100, 32, 100, 200},
		{"asked before the row", 50, 100, 200, 32, 0, 100},
		{"last classes", 200, 65_300, 65_536, 32, 65_200, 65_536},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for seed := range uint64(30) {
				r := rand.New(rand.NewPCG(seed, 1))
				held, rows := make([]int32, 20), make([][]uint16, 20)
				var v lexical.Vector
				for f := range rows {
					rows[f] = ascending(r, r.IntN(tt.held+1), tt.low, tt.high)
					if f == 0 && tt.high-tt.low > tt.held { // and one whose last class is far from the others
						rows[f] = slices.Compact(append(rows[f], uint16(tt.high-1)))
					}
					held[f] = int32(len(rows[f]))
					v = append(v, lexical.Term{ID: uint32(f), Weight: r.Float32() - 0.5})
				}
				m := shaped(held, wordsFor(tt.high))
				for f, row := range rows {
					weights := make([]int16, len(row))
					for i := range weights {
						weights[i] = int16(r.IntN(2*most) - most)
					}
					m.put(f, row, weights)
					if got := m.classesOf(nil, uint32(f)); !slices.Equal(got, row) {
						t.Fatalf("seed %d: feature %d has the classes %d, want %d", seed, f, got, row)
					}
				}
				var classes []int32
				for _, c := range ascending(r, tt.asked, tt.from, tt.upto) {
					classes = append(classes, int32(c))
				}
				got, want := m.Scores(v, classes), m.plainly(v, classes)
				for i := range want {
					if math.Float64bits(got[i]) != math.Float64bits(want[i]) {
						t.Fatalf("seed %d: score of class %d = %v, want %v", seed, classes[i], got[i], want[i])
					}
				}
			}
		})
	}
}
