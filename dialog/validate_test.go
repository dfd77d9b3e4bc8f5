package dialog

import (
	"errors"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

// FuzzCleanText checks that what is stored is visible, within the limit and
// stays the same when it is cleaned again.
func FuzzCleanText(f *testing.F) {
	for _, s := range []string{"你好", " a\r\nb ", "\u202e退款", "\x00", "👨\u200d👩", "\u3164", "\xff", "e\u0301", "\ufeff1"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got, err := cleanText("text", text, 100)
		if err != nil {
			var ferr *FieldError
			if !errors.As(err, &ferr) || ferr.Field != "text" || strings.Contains(ferr.Reason, "%!") {
				t.Errorf("cleanText(%q) = %v, want a FieldError of text", text, err)
			}
			return
		}
		if !utf8.ValidString(got) || utf8.RuneCountInString(got) > 100 || !strings.ContainsFunc(got, visible) {
			t.Errorf("cleanText(%q) = %q", text, got)
		}
		if strings.ContainsFunc(got, func(r rune) bool {
			return unicode.IsControl(r) && r != '\n' && r != '\t' || unicode.Is(unicode.Bidi_Control, r)
		}) {
			t.Errorf("cleanText(%q) = %q, which holds control characters", text, got)
		}
		if again, err := cleanText("text", got, 100); err != nil || again != got {
			t.Errorf("cleanText(%q) = %q, and again %q, %v", text, got, again, err)
		}
	})
}

func TestDigestTellsPartsApart(t *testing.T) {
	if digest("a", "bc") == digest("ab", "c") || digest("a") == digest("a", "") {
		t.Error("different parts have one digest")
	}
}
