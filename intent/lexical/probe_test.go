package lexical_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/honeyguide-chat/honeyguide/intent/lexical"
)

// randomVector has n different ids below the given number, few of which follow
// each other's hashes, or all of them where stride is that of the hash's slots.
func randomVector(r *rand.Rand, n, below int, stride uint32) lexical.Vector {
	chosen := make(map[int]bool)
	for len(chosen) < n {
		chosen[r.IntN(below)] = true
	}
	var v lexical.Vector
	for id := range below {
		if chosen[id] {
			v = append(v, lexical.Term{ID: uint32(id) * stride, Weight: r.Float32() + 1e-6})
		}
	}
	v, _ = lexical.FromSums(v)
	return v
}

func TestProbeGivesWhatVectorsGiveBitForBit(t *testing.T) {
	tests := []struct {
		name      string
		mine, its int // terms
		below     int // ids
		stride    uint32
	}{
		{"both empty", 0, 0, 1, 1},
		{"empty", 0, 20, 100, 1},
		{"against nothing", 20, 0, 100, 1},
		{"one", 1, 1, 1, 1},
		{"sharing nearly all", 40, 45, 50, 1},
		{"sharing some", 40, 30, 200, 1},
		{"sharing little", 40, 300, 50_000, 1},
		{"large ids", 40, 30, 200, math.MaxUint32 / 200},
		{"ids of neighbouring hashes", 40, 60, 100, 1 << 20},
		{"long text", 2048, 100, 5000, 1},
		{"short after a long text", 3, 10, 20, 1},
	}
	var p lexical.Probe // one after the other, small after large ones
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for seed := range uint64(50) {
				r := rand.New(rand.NewPCG(seed, 1))
				v, w := randomVector(r, tt.mine, tt.below, tt.stride), randomVector(r, tt.its, tt.below, tt.stride)
				p.Set(v)
				dot, covered, covers := p.Compare(w)
				for _, sum := range []struct {
					name      string
					got, want float64
				}{
					{"Dot", p.Dot(w), v.Dot(w)},
					{"Compare's dot", dot, v.Dot(w)},
					{"Compare's covered", covered, v.Covered(w)},
					{"Compare's covers", covers, w.Covered(v)},
				} {
					if math.Float64bits(sum.got) != math.Float64bits(sum.want) {
						t.Fatalf("seed %d: %s = %v, want %v", seed, sum.name, sum.got, sum.want)
					}
				}
				for _, term := range w {
					if got := p.Weight(term.ID); got > 0 != v.Has(term.ID) {
						t.Fatalf("seed %d: Weight(%d) = %v, but Has = %v", seed, term.ID, got, v.Has(term.ID))
					}
				}
			}
		})
	}
}

func BenchmarkProbe(b *testing.B) {
	r := rand.New(rand.NewPCG(1, 1))
	v := randomVector(r, 40, 3000, 1)
	others := make([]lexical.Vector, 256)
	for i := range others {
		others[i] = randomVector(r, 30, 3000, 1)
	}
	for _, how := range []struct {
		name string
		dot  func(lexical.Vector) float64
	}{{"vector", v.Dot}, {"probe", lexical.NewProbe(v).Dot}} {
		b.Run(fmt.Sprint(len(others), "/", how.name), func(b *testing.B) {
			for b.Loop() {
				for _, w := range others {
					how.dot(w)
				}
			}
		})
	}
}
