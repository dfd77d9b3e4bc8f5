package linear

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestShuffle(t *testing.T) {
	for name, n := range map[string]int{
		"none": 0, "one": 1, "whole": wholeShuffle, "blocks": 17 * block, "blocks, one not full": 17*block + 5,
	} {
		t.Run(name, func(t *testing.T) {
			tr := &trainer{dropper: dropper{rand: rand.New(rand.NewPCG(1, 2))}}
			want := make([]int, n)
			for i := range want {
				want[i] = 2 * i
			}
			got := slices.Clone(want)
			for range 3 { // it must not matter how they stand
				tr.shuffle(got)
				if n > 1 && slices.IsSorted(got) {
					t.Error("the order did not change")
				}
			}
			if n > wholeShuffle && crossings(got) > 2*(n/block+1) {
				t.Errorf("%d changes from one block to another in %d blocks", crossings(got), n/block+1)
			}
			slices.Sort(got)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("what was shuffled (-before +after):\n%s", diff)
			}
		})
	}
}

// crossings counts where order goes on in another block.
func crossings(order []int) int {
	n := 0
	for i := range order[1:] {
		if order[i]/2/block != order[i+1]/2/block {
			n++
		}
	}
	return n
}
