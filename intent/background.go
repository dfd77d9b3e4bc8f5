package intent

import (
	_ "embed"
	"strings"

	"github.com/honeyguide-chat/honeyguide/knowledge/textnorm"
)

//go:embed background/zh.txt
var backgroundZh string

//go:embed background/en.txt
var backgroundEn string

// background returns normalised utterances that no shop's knowledge of any
// kind should answer: they show a matcher in training what "not ours" sounds
// like. The texts are written for that purpose and occur in no test set.
func background(locale string) []string {
	file := backgroundEn
	if strings.HasPrefix(strings.ToLower(locale), "zh") {
		file = backgroundZh
	}
	var out []string
	for line := range strings.Lines(file) {
		if s := textnorm.Normalize(line); s != "" {
			out = append(out, s)
		}
	}
	return out
}
