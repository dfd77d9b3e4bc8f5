package dialog

import (
	"strings"
	"testing"
	"unicode"
)

func TestPhrasesForLocale(t *testing.T) {
	for locale, want := range map[string]string{
		"zh-CN": "是", "zh": "是", "zh-Hant-TW": "是", "ZH_hk": "是",
		"en": "Yes", "en-GB": "Yes", "fr": "Yes", "": "Yes", "zhuang": "Yes",
	} {
		if got := phrasesFor(locale).yes; got != want {
			t.Errorf("phrasesFor(%q).yes = %q, want %q", locale, got, want)
		}
	}
}

func TestHandedOverInEveryLanguage(t *testing.T) {
	reasons := []Reason{ReasonWish, ReasonRequested, ReasonNode, ReasonTwoAsks, ReasonNoKnowledge, ReasonTooLong}
	for name, p := range map[string]*phrases{"zh": chinese(), "en": english()} {
		for _, r := range reasons {
			if p.handoff[r] == "" {
				t.Errorf("%s has no words for a handoff with reason %s", name, r)
			}
			for _, ahead := range []int{-1, 0, 1, 12} {
				got := p.handedOver(r, Wait{Position: ahead})
				if strings.Contains(got, "%") || strings.Contains(got, "12") != (ahead == 12) {
					t.Errorf("%s handedOver(%s, %d) = %q", name, r, ahead, got)
				}
				if han := strings.ContainsFunc(got, func(r rune) bool { return unicode.Is(unicode.Han, r) }); han != (name == "zh") {
					t.Errorf("%s handedOver(%s, %d) = %q is in another language", name, r, ahead, got)
				}
			}
		}
	}
}
