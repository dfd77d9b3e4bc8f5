package condition_test

import (
	"errors"
	"testing"
	"unicode/utf8"

	"github.com/honeyguide-chat/honeyguide/knowledge"
	"github.com/honeyguide-chat/honeyguide/knowledge/condition"
)

// FuzzCompile checks that no text makes the compiler panic, that what is wrong
// has a place inside the text, and that what compiles can be evaluated.
func FuzzCompile(f *testing.F) {
	for _, seed := range []string{
		`days <= 7 && signed_by != "self"`, `!(has_photo) || account in ["a"]`, `days - late >= -3`,
		`((((`, `"\x00" == account`, "days\n<\r7", `signed_by == "无"`, `days < 99999999999999999999`, `b"a" == b"a"`,
	} {
		f.Add(seed)
	}
	env, err := condition.NewEnv(slots())
	if err != nil {
		f.Fatal(err)
	}
	values := map[knowledge.SlotID]string{
		"signed_by": "self", "has_photo": "true", "days": "3", "late": "1", "account": "a", "paid_by": "self",
	}
	f.Fuzz(func(t *testing.T, expr string) {
		p, err := env.Compile(expr)
		if err != nil {
			bad, ok := errors.AsType[*condition.Error](err)
			if !ok {
				t.Fatalf("Compile(%q) = %v, want a *condition.Error", expr, err)
			}
			if n := utf8.RuneCountInString(expr); bad.Column < 1 || bad.Column > n+1 || bad.Message == "" {
				t.Errorf("Compile(%q) = %v, want a column from 1 to %d", expr, bad, n+1)
			}
			return
		}
		if _, err := p.Eval(values); errors.As(err, new(*condition.MissingError)) {
			t.Errorf("Eval(%q) = %v with every slot filled", expr, err)
		}
		env.Dead([]*condition.Program{p, nil})
	})
}
