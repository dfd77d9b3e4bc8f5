package condition_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/honeyguide-chat/honeyguide/knowledge"
	"github.com/honeyguide-chat/honeyguide/knowledge/condition"
)

func tree(nodes ...*knowledge.Node) *knowledge.Tree {
	return knowledge.NewTree(knowledge.Document{Slots: slots(), Nodes: nodes})
}

func TestNext(t *testing.T) {
	late := &knowledge.Node{
		ID:  "returns.day8",
		Ask: []knowledge.SlotID{"days", "signed_by"},
		Branches: []knowledge.Branch{
			{When: `days <= 7`, To: "in_time"},
			{When: `signed_by == "locker" && has_photo`, To: "exception"},
			{To: "late"},
		},
	}
	b, err := condition.CompileTree(tree(late))
	if err != nil {
		t.Fatal(err)
	}
	type values = map[knowledge.SlotID]string
	tests := []struct {
		name    string
		values  values
		branch  int
		missing knowledge.SlotID
	}{
		{"asks in the order of ask", values{"has_photo": "true"}, -1, "days"},
		{"asks all of ask first", values{"days": "3"}, -1, "signed_by"},
		{"first branch", values{"days": "7", "signed_by": "self"}, 0, ""},
		{"a condition's slot last", values{"days": "8", "signed_by": "locker"}, -1, "has_photo"},
		{"not asked where it does not matter", values{"days": "8", "signed_by": "self"}, 2, ""},
		{"second branch", values{"days": "8", "signed_by": "locker", "has_photo": "true"}, 1, ""},
		{"otherwise", values{"days": "8", "signed_by": "locker", "has_photo": "false"}, 2, ""},
		{"a dropped option is asked again", values{"days": "3", "signed_by": "neighbour"}, -1, "signed_by"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			branch, missing, err := b.Next(late, tt.values)
			if branch != tt.branch || missing != tt.missing || err != nil {
				t.Errorf("Next(%v) = %d, %q, %v, want %d, %q, nil", tt.values, branch, missing, err, tt.branch, tt.missing)
			}
		})
	}
}

func TestNextFails(t *testing.T) {
	noOtherwise := &knowledge.Node{ID: "a", Branches: []knowledge.Branch{{When: "has_photo", To: "b"}}}
	unknownAsk := &knowledge.Node{ID: "b", Ask: []knowledge.SlotID{"nothing"}, Branches: []knowledge.Branch{{To: "a"}}}
	b, err := condition.CompileTree(tree(noOtherwise, unknownAsk))
	if err != nil {
		t.Fatal(err)
	}
	if branch, _, err := b.Next(noOtherwise, map[knowledge.SlotID]string{"has_photo": "false"}); branch != -1 || err == nil {
		t.Errorf("Next where no branch holds = %d, %v, want -1 and an error", branch, err)
	}
	if branch, _, err := b.Next(unknownAsk, nil); branch != -1 || err == nil {
		t.Errorf("Next with an unknown slot = %d, %v, want -1 and an error", branch, err)
	}
}

func TestCompileTreeNamesTheBranch(t *testing.T) {
	_, err := condition.CompileTree(tree(
		&knowledge.Node{ID: "a", Branches: []knowledge.Branch{{When: "has_photo"}, {When: "nope"}, {}}},
	))
	if err == nil || !strings.Contains(err.Error(), "branch 1 of node a: column 1: there is no slot nope") {
		t.Errorf("CompileTree = %v, want an error that names branch 1 of node a", err)
	}
}

func TestDead(t *testing.T) {
	type dead = []condition.DeadBranch
	tests := []struct {
		name  string
		whens []string
		want  dead
	}{
		{"all live", []string{`days <= 7`, `signed_by == "locker"`, ""}, nil},
		{"after otherwise", []string{"", "has_photo", ""}, dead{{Branch: 1}, {Branch: 2}}},
		{"same twice", []string{"has_photo", "has_photo", ""}, dead{{Branch: 1}}},
		{"below the minimum", []string{"days < 0", ""}, dead{{Branch: 0, Never: true}}},
		{"above the maximum", []string{"days > 3650", ""}, dead{{Branch: 0, Never: true}}},
		{"contradiction", []string{"days > 7 && days < 8", ""}, dead{{Branch: 0, Never: true}}},
		{"one number between", []string{"days > 7 && days < 9", ""}, nil},
		{"covered by a wider one", []string{"days <= 30", "days <= 7", ""}, dead{{Branch: 1}}},
		{"covered by two", []string{"days <= 7", "days > 5", ""}, dead{{Branch: 2}}},
		{"negative bounds", []string{"late < -29", "late >= -29 && late <= 30", ""}, dead{{Branch: 2}}},
		{"yes and no", []string{"has_photo", "!has_photo", ""}, dead{{Branch: 2}}},
		{"every option", []string{`signed_by == "self"`, `signed_by in ["locker", "other"]`, ""}, dead{{Branch: 2}}},
		{"text may be something else", []string{`account == "a"`, `account != "b"`, ""}, nil},
		{"text contradiction", []string{`account == "a" && account == "b"`, ""}, dead{{Branch: 0, Never: true}}},
		{"two choices compared", []string{`signed_by == paid_by`, ""}, nil},
		{"never false", []string{"true", ""}, dead{{Branch: 1}}},
		{"numbers compared with each other are not judged", []string{"days == late && days > 5 && late < 5", ""}, nil},
		{"a bool compared with a comparison", []string{"has_photo == (days > 30)", "has_photo", "days >= 0", ""}, dead{{Branch: 3}}},
		{"sign is not judged", []string{"-late == 3 && late < 0", ""}, nil},
		{"arithmetic is not judged", []string{"days - late == 7 && days < late", ""}, nil},
	}
	env, err := condition.NewEnv(slots())
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, _ := env.Dead(compile(t, env, tt.whens))
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("Dead(%q) (-want +got):\n%s", tt.whens, diff)
			}
		})
	}
}

func TestDeadIsBounded(t *testing.T) {
	var many []knowledge.Slot
	var whens []string
	for _, id := range "abcdefghijklmn" { // 2^14 combinations
		many = append(many, knowledge.Slot{ID: knowledge.SlotID(id), Type: knowledge.SlotYesNo})
		whens = append(whens, string(id))
	}
	env, err := condition.NewEnv(many)
	if err != nil {
		t.Fatal(err)
	}
	whens = append(whens, "a && !a")
	if dead, evals := env.Dead(compile(t, env, whens)); dead != nil || evals != 0 {
		t.Errorf("Dead with %d combinations = %v after %d evaluations, want nothing after 0", 1<<14, dead, evals)
	}
}

func compile(t *testing.T, env *condition.Env, whens []string) []*condition.Program {
	t.Helper()
	var ps []*condition.Program
	for _, when := range whens {
		if when == "" {
			ps = append(ps, nil)
			continue
		}
		p, err := env.Compile(when)
		if err != nil {
			t.Fatal(err)
		}
		ps = append(ps, p)
	}
	return ps
}
