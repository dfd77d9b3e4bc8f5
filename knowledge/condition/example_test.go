package condition_test

import (
	"fmt"

	"github.com/honeyguide-chat/honeyguide/knowledge"
	"github.com/honeyguide-chat/honeyguide/knowledge/condition"
)

// A return is asked for on day 8. Who signed for the parcel only matters then.
func ExampleBranches_Next() {
	returns := &knowledge.Node{
		ID: "returns.seven_days",
		Branches: []knowledge.Branch{
			{When: `days_since_signed <= 7`, To: "returns.in_time"},
			{When: `signed_by == "locker"`, To: "returns.locker"},
			{To: "returns.late"},
		},
	}
	branches, err := condition.CompileTree(knowledge.NewTree(knowledge.Document{
		Slots: []knowledge.Slot{
			{ID: "days_since_signed", Type: knowledge.SlotNumber, Max: 3650},
			{ID: "signed_by", Type: knowledge.SlotChoice, Options: []knowledge.Option{{ID: "self"}, {ID: "locker"}}},
		},
		Nodes: []*knowledge.Node{returns},
	}))
	if err != nil {
		fmt.Println(err)
		return
	}
	known := map[knowledge.SlotID]string{"days_since_signed": "8"}
	branch, missing, err := branches.Next(returns, known)
	fmt.Println(branch, missing, err)
	known["signed_by"] = "locker"
	branch, missing, err = branches.Next(returns, known)
	fmt.Println(returns.Branches[branch].To, missing, err)
	// Output:
	// -1 signed_by <nil>
	// returns.locker  <nil>
}
