package script

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParse(t *testing.T) {
	text := `# a dialog
@ locale en
< says Hello

> where is my parcel?
< ASK UNSURE
< offers Yes | None of these
! pick node:a.b
< ANSWER PICKED a.b
< never sorry
A say one moment
< state HUMAN
! end
< packet slot.days 8
B transfer A
< ticket agent B
S force spam
A away
! survey 5 well done
`
	want := &Script{Name: "x.txt", Shop: "demo", Locale: "en", Steps: []Step{
		{Expect: []Expectation{{3, "says", []string{"Hello"}}}},
		{Line: 5, Actor: Visitor, Text: "where is my parcel?", Expect: []Expectation{
			{6, "decision", []string{"ASK", "UNSURE"}},
			{7, "offers", []string{"Yes", "None of these"}},
		}},
		{Line: 8, Actor: Button, Verb: "pick", Text: "node:a.b", Expect: []Expectation{
			{9, "decision", []string{"ANSWER", "PICKED", "a.b"}},
			{10, "never", []string{"sorry"}},
		}},
		{Line: 11, Actor: Agent, Verb: "say", Text: "one moment", Expect: []Expectation{{12, "state", []string{"HUMAN"}}}},
		{Line: 13, Actor: Button, Verb: "end", Expect: []Expectation{{14, "packet", []string{"slot.days", "8"}}}},
		{Line: 15, Actor: Other, Verb: "transfer", Text: "A", Expect: []Expectation{{16, "ticket", []string{"agent", "B"}}}},
		{Line: 17, Actor: Super, Verb: "force", Text: "spam"},
		{Line: 18, Actor: Agent, Verb: "away"},
		{Line: 19, Actor: Button, Verb: "survey", Text: "5 well done"},
	}}
	got, err := Parse("x.txt", strings.NewReader(text))
	if err != nil {
		t.Fatalf("Parse = %v", err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Parse (-want +got):\n%s", diff)
	}
}

func TestParseErrors(t *testing.T) {
	tests := []struct {
		name, text string
		line       int
		message    string
	}{
		{"empty", "", 1, "no act"},
		{"only comments", "# a\n# b\n", 2, "no act"},
		{"no mark", "hello\n", 1, `not "hello"`},
		{"mark without space", ">hello\n", 1, `not ">hello"`},
		{"nothing said", "> a\n>\n", 2, "utterance"},
		{"unknown button", "! dance\n", 1, `no "dance"`},
		{"pick what", "! pick\n", 1, "must follow"},
		{"too many words", "! end now\n", 1, "nothing may follow"},
		{"unknown agent's verb", "> a\nA sing\n", 2, `no "sing"`},
		{"transfer to whom", "> a\nA transfer\n", 2, "must follow"},
		{"where is away", "> a\nB away home\n", 2, "nothing may follow"},
		{"survey without a score", "! survey good\n", 1, `not "good"`},
		{"unknown agent", "C claim\n", 1, `not "C"`},
		{"unknown field of a ticket", "> a\n< ticket colour red\n", 2, `no "colour"`},
		{"field of a ticket without value", "> a\n< ticket agent\n", 2, "must follow"},
		{"head too late", "> a\n@ shop b\n", 2, "before the first act"},
		{"head without value", "@ shop\n", 1, "name and a value"},
		{"unknown head", "@ colour red\n", 1, "not \"colour\""},
		{"unknown expectation", "> a\n< maybe\n", 2, `"maybe"`},
		{"expectation without words", "> a\n< says\n", 2, "must follow"},
		{"unknown state", "> a\n< state HAPPY\n", 2, "no state"},
		{"unknown packet field", "> a\n< packet colour red\n", 2, `no "colour"`},
		{"packet without value", "> a\n< packet node\n", 2, "must follow"},
		{"decision with too much", "> a\n< ASK A b c\n", 2, "nothing more"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := Parse("x.txt", strings.NewReader(tt.text))
			var perr *ParseError
			if !errors.As(err, &perr) {
				t.Fatalf("Parse(%q) = %v, want a *ParseError", tt.text, err)
			}
			if perr.Line != tt.line || !strings.Contains(perr.Message, tt.message) {
				t.Errorf("Parse(%q) = %v, want line %d and %q", tt.text, perr, tt.line, tt.message)
			}
		})
	}
}

func TestParseRefusesEndlessLines(t *testing.T) {
	if _, err := Parse("x.txt", strings.NewReader("> "+strings.Repeat("a", maxLine))); err == nil {
		t.Error("Parse of an endless line = nil, want an error")
	}
}

// FuzzParse checks that any text is a script or an error with a line of it.
func FuzzParse(f *testing.F) {
	for _, s := range []string{"> a\n< ASK\n", "A claim\n", "! pick x", "! survey 5", "S take", "B transfer A", "< ticket note a", "<", "@ shop x\n> a", "\ufeff# x\n> y", "< offers |", "\x00"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		s, err := Parse("x", strings.NewReader(text))
		var perr *ParseError
		switch {
		case errors.As(err, &perr):
			if perr.Line < 1 || perr.Line > strings.Count(text, "\n")+1 {
				t.Errorf("Parse(%q) = %v, which is no line of it", text, err)
			}
		case err == nil && len(s.Steps) == 0:
			t.Errorf("Parse(%q) has no steps", text)
		}
	})
}
