package condition_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/honeyguide-chat/honeyguide/knowledge"
	"github.com/honeyguide-chat/honeyguide/knowledge/condition"
)

// slots are one of each type, in the situation of a parcel that was signed for.
func slots() []knowledge.Slot {
	return []knowledge.Slot{
		{ID: "signed_by", Type: knowledge.SlotChoice, Options: []knowledge.Option{{ID: "self"}, {ID: "locker"}, {ID: "other"}}},
		{ID: "has_photo", Type: knowledge.SlotYesNo},
		{ID: "days", Type: knowledge.SlotNumber, Min: 0, Max: 3650},
		{ID: "late", Type: knowledge.SlotNumber, Min: -30, Max: 30},
		{ID: "account", Type: knowledge.SlotText},
		{ID: "paid_by", Type: knowledge.SlotChoice, Options: []knowledge.Option{{ID: "self"}, {ID: "friend"}}},
	}
}

func TestEval(t *testing.T) {
	values := map[knowledge.SlotID]string{
		"signed_by": "locker", "has_photo": "true", "days": "8", "late": "-3", "account": "鱼_01", "paid_by": "self",
	}
	tests := map[string]bool{
		`signed_by == "locker"`:                  true,
		`signed_by != 'locker'`:                  false,
		`signed_by in ["self", "other"]`:         false,
		`!(signed_by in ["self"]) && has_photo`:  true,
		`has_photo == false`:                     false,
		`!has_photo || days <= 7`:                false,
		`days > 7 && days < 9`:                   true,
		`days >= 9`:                              false,
		`7 < days`:                               true,
		`late < -2 && late > -4`:                 true,
		`days + late == 5`:                       true,
		`days - late >= 11 && -late == 3`:        true,
		`account == "鱼_01"`:                      true,
		`account in ["a", "b"]`:                  false,
		`signed_by == paid_by`:                   false,
		`true`:                                   true,
		"days > 7\n&& // a comment\nhas_photo":   true,
		`(days > 7) == has_photo`:                true,
		`has_photo && days in [7, 8] && late<=0`: true,
	}
	for expr, want := range tests {
		t.Run(expr, func(t *testing.T) {
			p, err := condition.Compile(expr, slots())
			if err != nil {
				t.Fatal(err)
			}
			if got, err := p.Eval(values); got != want || err != nil {
				t.Errorf("Eval(%v) = %v, %v, want %v", values, got, err, want)
			}
		})
	}
}

func TestCompileReports(t *testing.T) {
	tests := []struct {
		name, expr, want string
	}{
		{"unknown slot", `has_photo && dayz <= 7`, "column 14: there is no slot dayz"},
		{"unknown option", `days > 1 && signed_by == "loker"`, `column 26: slot signed_by has no option "loker", its options are self, locker, other`},
		{"unknown option in a list", `signed_by in ["self", "me"]`, `column 23: slot signed_by has no option "me", its options are self, locker, other`},
		{"option on the left", `"me" != signed_by`, `column 1: slot signed_by has no option "me", its options are self, locker, other`},
		{"column after Chinese text", `account == "等待" && x`, "column 20: there is no slot x"},
		{"column on the second line", "has_photo &&\n  x", "column 16: there is no slot x"},
		{"option on the second line", "has_photo ||\nsigned_by == 'me'", `column 27: slot signed_by has no option "me", its options are self, locker, other`},
		{"number compared with text", `days == "7"`, "column 6: == cannot be applied to (int, string)"},
		{"text is not ordered", `account < "b"`, "column 9: < cannot be applied to (string, string)"},
		{"fraction", `days < 7.5`, "column 6: < cannot be applied to (int, double)"},
		{"not a bool", `days`, "column 1: the condition is of type int, it must be true or false"},
		{"empty", ``, "column 1: syntax error: the condition ends too early"},
		{"blank", ` `, "column 2: syntax error: the condition ends too early"},
		{"ends early", `days <=`, "column 8: syntax error: the condition ends too early"},
		{"single equals", `days = 7`, "column 6: syntax error: token recognition error at: '= '"},
		{"stray word", `days 7`, `column 6: syntax error at "7"`},
		{"function", `size(account) > 3`, "column 5: there is no slot size"},
		{"loop", `[1, 2].exists(d, d == days)`, "column 14: there is no slot exists"},
		{"ternary", `has_photo ? true : false`, "column 11: conditions have no operator ?:"},
		{"index", `[true][0]`, "column 7: conditions have no operator []"},
		{"product", `days * 2 > 3`, "column 6: conditions have no operator *"},
		{"number too large", `days < 99999999999999999999`, "column 8: invalid int literal"},
		{"too long", strings.Repeat("!", knowledge.MaxCondition) + "has_photo", "column 1: the condition has 509 characters, at most 500 are allowed"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := condition.Compile(tt.expr, slots())
			if _, ok := errors.AsType[*condition.Error](err); !ok {
				t.Fatalf("Compile(%q) = %v, want a *condition.Error", tt.expr, err)
			}
			if got := err.Error(); got != tt.want {
				t.Errorf("Compile(%q) = %q, want %q", tt.expr, got, tt.want)
			}
		})
	}
}

func TestDeepNestingIsRefused(t *testing.T) {
	expr := strings.Repeat("(", 240) + "has_photo" + strings.Repeat(")", 240)
	if _, err := condition.Compile(expr, slots()); err != nil {
		t.Errorf("Compile(240 parentheses) = %v, want nil", err)
	}
	_, err := condition.Compile(strings.Repeat("(", 490)+"has_photo", slots())
	if _, ok := errors.AsType[*condition.Error](err); !ok {
		t.Errorf("Compile(490 open parentheses) = %v, want a *condition.Error", err)
	}
}

func TestEvalAsksOnlyForWhatDecides(t *testing.T) {
	type values = map[knowledge.SlotID]string
	tests := []struct {
		name, expr string
		values     values
		missing    knowledge.SlotID // "" where the outcome is known
		want       bool
	}{
		{"nothing known", `days <= 7 && has_photo`, nil, "days", false},
		{"second missing", `days <= 7 && has_photo`, values{"days": "3"}, "has_photo", false},
		{"first decides and", `days <= 7 && has_photo`, values{"days": "8"}, "", false},
		{"second decides and", `days <= 7 && has_photo`, values{"has_photo": "false"}, "", false},
		{"first decides or", `has_photo || days <= 7`, values{"has_photo": "true"}, "", true},
		{"only what matters", `(days <= 7 && has_photo) || signed_by == "self"`, values{"days": "8"}, "signed_by", false},
		{"both matter, first use first", `has_photo == (days > 3)`, nil, "has_photo", false},
		{"dropped option", `signed_by == "self"`, values{"signed_by": "neighbour"}, "signed_by", false},
		{"number that is none", `days == 7`, values{"days": "seven"}, "days", false},
		{"yesno that is none", `has_photo`, values{"has_photo": "是"}, "has_photo", false},
		{"in a list", `days in [1, 2]`, nil, "days", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p, err := condition.Compile(tt.expr, slots())
			if err != nil {
				t.Fatal(err)
			}
			got, err := p.Eval(tt.values)
			missing, isMissing := errors.AsType[*condition.MissingError](err)
			switch {
			case tt.missing != "" && (!isMissing || missing.Slot != tt.missing):
				t.Errorf("Eval(%v) = %v, %v, want slot %s to be missing", tt.values, got, err, tt.missing)
			case tt.missing == "" && (err != nil || got != tt.want):
				t.Errorf("Eval(%v) = %v, %v, want %v", tt.values, got, err, tt.want)
			}
		})
	}
}

func TestEvalOverflowIsAnError(t *testing.T) {
	p, err := condition.Compile(`days + 9223372036854775807 > 0`, slots())
	if err != nil {
		t.Fatal(err)
	}
	if got, err := p.Eval(map[knowledge.SlotID]string{"days": "1"}); err == nil {
		t.Errorf("Eval = %v, nil, want an error", got)
	}
}

func TestSlots(t *testing.T) {
	p, err := condition.Compile(`late > 0 || (days in [late, 3] && signed_by == "self") || days == 5`, slots())
	if err != nil {
		t.Fatal(err)
	}
	want := []knowledge.SlotID{"late", "days", "signed_by"}
	if diff := cmp.Diff(want, p.Slots()); diff != "" {
		t.Errorf("Slots() (-want +got):\n%s", diff)
	}
}

// Slots that cannot be variables are package lint's to report: they must not
// keep the conditions over the other slots from compiling.
func TestNewEnvLeavesOutBadSlots(t *testing.T) {
	env, err := condition.NewEnv(append(slots(),
		knowledge.Slot{ID: "package", Type: knowledge.SlotYesNo},
		knowledge.Slot{ID: "two words", Type: knowledge.SlotYesNo},
		knowledge.Slot{ID: "days", Type: knowledge.SlotYesNo},
		knowledge.Slot{ID: "odd", Type: "date"},
		knowledge.Slot{ID: "int", Type: knowledge.SlotYesNo},
	))
	if err != nil {
		t.Fatal(err)
	}
	for _, expr := range []string{"days <= 7", "int"} {
		if _, err := env.Compile(expr); err != nil {
			t.Errorf("Compile(%q) = %v, want nil", expr, err)
		}
	}
	for _, expr := range []string{"package", "odd == 1"} {
		if _, err := env.Compile(expr); err == nil {
			t.Errorf("Compile(%q) = nil, want an error", expr)
		}
	}
}
