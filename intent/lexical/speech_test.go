package lexical_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/honeyguide-chat/honeyguide/intent/lexical"
)

func TestSpeechPieces(t *testing.T) {
	tests := []struct {
		name, locale, words string
		want                []string
	}{
		{"nothing", "en", "", nil},
		{"stems, neighbours, pairs without function words", "en", "returned the cards",
			[]string{"vreturn", "vthe", "nreturn the", "vcard", "nthe card", "pcard return"}},
		{"Chinese words with their characters", "zh-CN", "退货 运费", []string{"h退", "h货", "v退货", "h运", "h费", "v运费", "n退货 运费", "p运费 退货"}},
		{"order does not matter to a pair", "zh-CN", "费 谁", []string{"h费", "h谁", "n费 谁", "p谁 费"}},
		{"a language without a stemmer", "th", "aaaing b", []string{"vaaaing", "vb", "naaaing b", "paaaing b"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := lexical.NewSpeech(tt.locale).AppendPieces(nil, strings.Fields(tt.words))
			if diff := cmp.Diff(keysOf(tt.want...), got); diff != "" {
				t.Errorf("AppendPieces(nil, %q), not of %q (-want +got):\n%s", tt.words, tt.want, diff)
			}
		})
	}
}

func TestSpeechPiecesAreBounded(t *testing.T) {
	if n := len(lexical.NewSpeech("en").AppendPieces(nil, strings.Fields(strings.Repeat("word ", 100_000)))); n > 256*12 {
		t.Errorf("a text of 100,000 words gives %d pieces, want a bound", n)
	}
}
