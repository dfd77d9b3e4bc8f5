package condition_test

import (
	"fmt"
	"sync"
	"testing"

	"github.com/honeyguide-chat/honeyguide/knowledge"
	"github.com/honeyguide-chat/honeyguide/knowledge/condition"
)

// TestNextFromManyTurns is for the race detector: turns of many sessions share
// one release's Branches.
func TestNextFromManyTurns(t *testing.T) {
	node := &knowledge.Node{ID: "a", Branches: []knowledge.Branch{
		{When: `days <= 7 && signed_by != "self"`, To: "b"}, {To: "c"},
	}}
	b, err := condition.CompileTree(tree(node))
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for g := range 8 {
		wg.Go(func() {
			for i := range 200 {
				days := (g + i) % 15
				want := 0
				if days > 7 {
					want = 1
				}
				values := map[knowledge.SlotID]string{"days": fmt.Sprint(days), "signed_by": "locker"}
				if got, missing, err := b.Next(node, values); got != want || missing != "" || err != nil {
					t.Errorf("Next(days=%d) = %d, %q, %v, want %d", days, got, missing, err, want)
				}
			}
		})
	}
	wg.Wait()
}

func BenchmarkNext(b *testing.B) {
	node := &knowledge.Node{ID: "a", Branches: []knowledge.Branch{
		{When: `days <= 7 && signed_by != "self"`, To: "b"},
		{When: `signed_by == "locker" && has_photo`, To: "c"},
		{To: "d"},
	}}
	branches, err := condition.CompileTree(tree(node))
	if err != nil {
		b.Fatal(err)
	}
	values := map[knowledge.SlotID]string{"days": "8", "signed_by": "locker", "has_photo": "false"}
	b.ReportAllocs()
	for b.Loop() {
		if got, _, err := branches.Next(node, values); got != 2 || err != nil {
			b.Fatalf("Next = %d, %v, want 2", got, err)
		}
	}
}
