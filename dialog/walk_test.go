package dialog

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/honeyguide-chat/honeyguide/knowledge"
)

func TestPutAsideKeepsTheLatest(t *testing.T) {
	b := &bot{session: &Session{}}
	for i := range 5 {
		b.session.Walk = &Walk{Node: knowledge.NodeID(fmt.Sprint("n", i)), Slot: "s"}
		b.putAside()
	}
	want := []Walk{{"n2", "s"}, {"n3", "s"}, {"n4", "s"}}
	if diff := cmp.Diff(want, b.session.Aside); diff != "" || b.session.Walk != nil {
		t.Errorf("walks put aside (-want +got):\n%s", diff)
	}
	b.putAside() // none is under way
	if len(b.session.Aside) != MaxWalkDepth {
		t.Errorf("putAside without a walk leaves %d, want %d", len(b.session.Aside), MaxWalkDepth)
	}
}

// Facts that an earlier release allowed and this one does not are left out.
func TestFactsFitTheTree(t *testing.T) {
	tree := knowledge.NewTree(knowledge.Document{Slots: []knowledge.Slot{
		{ID: "choice", Type: knowledge.SlotChoice, Options: []knowledge.Option{{ID: "a"}}},
		{ID: "number", Type: knowledge.SlotNumber, Max: 9},
		{ID: "flag", Type: knowledge.SlotYesNo},
		{ID: "text", Type: knowledge.SlotText},
	}})
	for _, tt := range []struct {
		name        string
		slots, want map[knowledge.SlotID]string
	}{
		{"good", map[knowledge.SlotID]string{"choice": "a", "number": "9", "flag": "true", "text": "x"},
			map[knowledge.SlotID]string{"choice": "a", "number": "9", "flag": "true", "text": "x"}},
		{"bad", map[knowledge.SlotID]string{"choice": "b", "number": "10", "flag": "yes", "text": "", "gone": "x"},
			map[knowledge.SlotID]string{}},
		{"another type", map[knowledge.SlotID]string{"choice": "7", "number": "a", "flag": "8"},
			map[knowledge.SlotID]string{}},
		{"not canonical", map[knowledge.SlotID]string{"number": "09"}, map[knowledge.SlotID]string{}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := &bot{session: &Session{Slots: tt.slots}, tree: tree}
			if diff := cmp.Diff(tt.want, b.facts()); diff != "" {
				t.Errorf("facts (-want +got):\n%s", diff)
			}
		})
	}
}

func TestReachOf(t *testing.T) {
	tree := knowledge.NewTree(knowledge.Document{
		Slots: []knowledge.Slot{{ID: "a"}, {ID: "b"}, {ID: "c"}, {ID: "locker"}},
		Nodes: []*knowledge.Node{
			{ID: "n", Ask: []knowledge.SlotID{"a", "gone"}, Branches: []knowledge.Branch{
				{When: `b == "locker" && a != 'c'`, To: "m"}, {To: "gone"},
			}},
			{ID: "m", Branches: []knowledge.Branch{{When: "c > 1", To: "n"}}},
		},
	})
	want := reach{nodes: map[knowledge.NodeID]bool{"n": true, "m": true}, slots: []knowledge.SlotID{"a", "b", "c"}}
	if diff := cmp.Diff(want, reachOf(tree, tree.Node("n")), cmp.AllowUnexported(reach{})); diff != "" {
		t.Errorf("reachOf(n) (-want +got):\n%s", diff)
	}
}
