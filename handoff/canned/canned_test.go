package canned_test

import (
	"errors"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/honeyguide-chat/honeyguide/handoff"
	"github.com/honeyguide-chat/honeyguide/handoff/canned"
)

func TestRender(t *testing.T) {
	vars := map[string]string{"agent": "小美", "slot.颜色": "深蓝", "empty": "", "odd": "{{agent}}", "big": strings.Repeat("茶", 3000)}
	tests := map[string]struct {
		text, want string
		err        error
		at         int // of an *canned.Error
		name       string
	}{
		"plain":                     {text: "您好", want: "您好"},
		"nothing":                   {},
		"a variable":                {text: "您好，我是{{agent}}。", want: "您好，我是小美。"},
		"blanks inside":             {text: "{{ agent\t}}", want: "小美"},
		"a slot, twice":             {text: "{{slot.颜色}}{{slot.颜色}}", want: "深蓝深蓝"},
		"an empty value":            {text: "[{{empty}}]", want: "[]"},
		"values are not read again": {text: "{{odd}}", want: "{{agent}}"},
		"single braces":             {text: "{agent} } }} {", want: "{agent} } }} {"},
		"escaped":                   {text: `\{{agent}} and {{agent}}`, want: "{{agent}} and 小美"},
		"a backslash elsewhere":     {text: `C:\tea\`, want: `C:\tea\`},
		"unknown":                   {text: "您好{{name}}", err: canned.ErrUnknown, at: 2, name: "name"},
		"the first unknown":         {text: `\{{是{{agent}}{{b}}{{a}}`, err: canned.ErrUnknown, at: 13, name: "b"},
		"names have a case":         {text: "{{Agent}}", err: canned.ErrUnknown, name: "Agent"},
		"never closed":              {text: "a {{agent", err: canned.ErrSyntax, at: 2},
		"half closed":               {text: "{{agent}", err: canned.ErrSyntax},
		"no name":                   {text: "{{ }}", err: canned.ErrSyntax},
		"two names":                 {text: "{{agent name}}", err: canned.ErrSyntax},
		"braces in braces":          {text: "{{{agent}}}", err: canned.ErrSyntax},
		"long name":                 {text: "{{" + strings.Repeat("a", canned.MaxName+1) + "}}", err: canned.ErrSyntax},
		"as long as may be":         {text: strings.Repeat("茶", canned.MaxText), want: strings.Repeat("茶", canned.MaxText)},
		"too long":                  {text: strings.Repeat("茶", canned.MaxText+1), err: canned.ErrTooLong},
		"too long when filled":      {text: "{{big}}{{big}}{{big}}", err: canned.ErrTooLong},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			got, err := canned.Render(tt.text, vars)
			if got != tt.want || !errors.Is(err, tt.err) {
				t.Fatalf("Render(%q) = %q, %v, want %q, %v", tt.text, got, err, tt.want, tt.err)
			}
			var place *canned.Error
			if errors.As(err, &place) && (place.At != tt.at || place.Name != tt.name) {
				t.Errorf("Render(%q) = %v, want %q at %d", tt.text, err, tt.name, tt.at)
			}
		})
	}
}

func TestErrorNamesTheVariable(t *testing.T) {
	_, err := canned.Render("Hi, {{nam}}", nil)
	if want := "canned: unknown variable {{nam}}, at character 5"; err == nil || err.Error() != want {
		t.Errorf("Render() = %v, want %q", err, want)
	}
}

func TestVariables(t *testing.T) {
	got, err := canned.Variables(`{{b}} {{a}} \{{c}} {{b}}`)
	if diff := cmp.Diff([]string{"b", "a"}, got); err != nil || diff != "" {
		t.Errorf("Variables() = %v (-want +got):\n%s", err, diff)
	}
	if _, err := canned.Variables("{{"); !errors.Is(err, canned.ErrSyntax) {
		t.Errorf("Variables() = %v, want %v", err, canned.ErrSyntax)
	}
}

func TestVars(t *testing.T) {
	created := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	ticket := &handoff.Ticket{
		Shop: "tea", ID: "t-7", Created: created, Claimed: created.Add(61 * time.Second),
		Packet: handoff.Packet{
			Locale: "zh-CN", Node: "refund", Utterance: "怎么退款",
			Candidates: []handoff.Candidate{{Node: "return", Title: "退货"}, {Node: "refund", Title: "退款"}},
			Slots:      []handoff.Slot{{ID: "color", Value: "blue", Label: "蓝色"}},
		},
	}
	want := map[string]string{
		"agent": "小美", "shop": "tea", "ticket": "t-7", "locale": "zh-CN", "node": "退款", "question": "怎么退款",
		"waited": "2", "slot.color": "蓝色",
	}
	if diff := cmp.Diff(want, canned.Vars(ticket, "小美")); diff != "" {
		t.Errorf("Vars() (-want +got):\n%s", diff)
	}

	bare := canned.Vars(&handoff.Ticket{Packet: handoff.Packet{Candidates: ticket.Packet.Candidates}}, "")
	for _, v := range canned.Table() {
		if _, ok := bare[v.Name]; !ok || v.Doc == "" {
			t.Errorf("variable %q of the table has no value or no doc", v.Name)
		}
	}
	if bare["node"] != "退货" || bare["waited"] != "0" {
		t.Errorf("Vars() of a bare ticket = %q, want the likeliest node and no wait", bare)
	}
}

func FuzzRender(f *testing.F) {
	for _, s := range []string{"您好{{agent}}", `\{{a}}`, "{{", "}}{{ }}", "{{{a}}}", "\xff{{a}}"} {
		f.Add(s, "值")
	}
	f.Fuzz(func(t *testing.T, text, value string) {
		names, err := canned.Variables(text)
		vars := make(map[string]string)
		for _, name := range names {
			vars[name] = value
		}
		got, renderErr := canned.Render(text, vars)
		switch {
		case err != nil && renderErr == nil:
			t.Fatalf("Render(%q) = %q, but Variables() = %v", text, got, err)
		case err == nil && renderErr != nil && !errors.Is(renderErr, canned.ErrTooLong):
			t.Fatalf("Render(%q) = %v with all variables known", text, renderErr)
		case utf8.RuneCountInString(got) > canned.MaxRendered:
			t.Fatalf("Render(%q) is %d characters", text, utf8.RuneCountInString(got))
		case renderErr == nil && len(names) == 0 && got != strings.ReplaceAll(text, `\{{`, "{{"):
			t.Fatalf("Render(%q) = %q, want the text itself", text, got)
		}
		if _, err := canned.Render(text, nil); len(names) > 0 && renderErr == nil && !errors.Is(err, canned.ErrUnknown) {
			t.Fatalf("Render(%q) without variables = %v, want %v", text, err, canned.ErrUnknown)
		}
	})
}
