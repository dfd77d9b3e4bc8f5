package uselite

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

// vocabularyOf makes a vocabulary of pieces with falling scores, written as
// "piece score".
func vocabularyOf(t testing.TB, pieces ...string) *vocabulary {
	t.Helper()
	pairs := slices.Repeat([][]any{{"<s>", 0}}, reserved)
	for _, p := range pieces {
		text, score, _ := strings.Cut(p, " ")
		pairs = append(pairs, []any{text, json.Number(score)})
	}
	v, err := parseVocabulary(encodePairs(t, pairs))
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func encodePairs(t testing.TB, pairs [][]any) []byte {
	t.Helper()
	data, err := json.Marshal(pairs)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// words returns the pieces of ids, with ? for what is unknown.
func (v *vocabulary) words(ids []int32) []string {
	list := []string{}
	for _, id := range ids {
		word := "?"
		for piece, i := range v.ids {
			if i == id {
				word = piece
			}
		}
		list = append(list, word)
	}
	return list
}

func TestTokenize(t *testing.T) {
	v := vocabularyOf(t,
		"▁ -1", "a -2", "b -2.5", "c -3", ". -3.5", "▁a -4", "ab -4.4", "abc -6", "▁abc -6.5", "bcd -9", "é -10", "12 -11", "aba -12")
	for name, test := range map[string]struct {
		text string
		want []string
	}{
		"one piece beats its parts":              {"abc", []string{"▁abc"}},
		"parts beat one piece":                   {"a", []string{"▁", "a"}},
		"two words":                              {"a abc", []string{"▁", "a", "▁abc"}},
		"the best cut, not the longest first":    {"bab", []string{"▁", "b", "ab"}},
		"a later piece that is worth more":       {"aabc", []string{"▁", "a", "abc"}},
		"parts beat a rare piece":                {"aba", []string{"▁", "ab", "a"}},
		"a piece that holds unknown characters":  {"abcd", []string{"▁", "a", "bcd"}},
		"its first characters alone":             {"bcx", []string{"▁", "b", "c", "?"}},
		"unknown characters are one token":       {"axyza", []string{"▁", "a", "?", "a"}},
		"unknown characters of two words":        {"a xy zx", []string{"▁", "a", "▁", "?", "▁", "?"}},
		"composed":                               {"ae\u0301", []string{"▁", "a", "é"}},
		"full width":                             {"ａｂｃ", []string{"▁abc"}},
		"circled digits":                         {"a⑫", []string{"▁", "a", "12"}},
		"repeated spaces are one":                {"a \t\n\u3000\u00a0 b", []string{"▁", "a", "▁", "b"}},
		"spaces around":                          {"  a\n", []string{"▁", "a"}},
		"zero width is space":                    {"a\u200bb\ufeff", []string{"▁", "a", "▁", "b"}},
		"a separator is space":                   {"a▁b", []string{"▁", "a", "▁", "b"}},
		"control characters go":                  {"a\x00\x1bb\u0085c", []string{"▁", "ab", "▁", "c"}},
		"bytes that are not text are space":      {"a\xffb", []string{"▁", "a", "▁", "b"}},
		"the reserved entries are not for texts": {"<s>a", []string{"▁", "?", "a"}},
		"nothing":                                {"", []string{}},
		"spaces only":                            {" \n ", []string{}},
		"unknown only":                           {"xyz", []string{}},
		"marks only":                             {"...", []string{}},
		"marks and unknown":                      {"xyz.", []string{}},
	} {
		t.Run(name, func(t *testing.T) {
			got := v.words(v.tokenize(test.text, 100))
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("tokenize(%q) (-want +got):\n%s", test.text, diff)
			}
		})
	}
}

func TestTokenizeKeepsTheFirstTokens(t *testing.T) {
	v := vocabularyOf(t, "▁ -1", "a -2", "aa -3", "aaa -3.5")
	for _, test := range []struct {
		text string
		most int
		want int
	}{
		{"aa", 3, 2},
		{"aaaaaaaaa", 3, 3},
		{strings.Repeat("a ", 1000), 5, 5},
		{"a" + strings.Repeat("x", 1000) + "a", 128, 3}, // unknown characters count against the characters looked at
	} {
		if got := v.tokenize(test.text, test.most); len(got) != test.want {
			t.Errorf("tokenize(%.10q…, %d) = %d tokens, want %d", test.text, test.most, len(got), test.want)
		}
	}
}

// The published vocabulary holds scores that a spreadsheet spoiled.
func TestVocabularyRepairsScores(t *testing.T) {
	pairs := slices.Repeat([][]any{{"<s>", 0}}, reserved)
	for i := range 500 {
		pairs = append(pairs, []any{fmt.Sprintf("w%d", i), -1 - float64(i)/100})
	}
	pairs[100][1] = nil
	pairs[200][1] = 30.
	pairs[300][1] = 0.
	v, err := parseVocabulary(encodePairs(t, pairs))
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range []int{100, 200, 300} {
		if v.scores[id] != v.scores[id-1] || v.scores[id+1] >= v.scores[id] {
			t.Errorf("score %d = %g, want that of the one before, %g, with the next, %g, below", id, v.scores[id], v.scores[id-1], v.scores[id+1])
		}
	}
	for id := 400; id < 410; id++ {
		pairs[id][1] = nil
	}
	if _, err := parseVocabulary(encodePairs(t, pairs)); err == nil || !strings.Contains(err.Error(), "13 scores") {
		t.Errorf("parseVocabulary with 13 of 506 scores damaged = %v, want an error", err)
	}
}

func TestVocabularyRefuses(t *testing.T) {
	pair := `["a",-1],`
	six := strings.Repeat(pair, reserved)
	for name, text := range map[string]string{
		"only the reserved": `[` + strings.TrimSuffix(six, ",") + `]`,
		"too many":          `[` + strings.Repeat(pair, maxRows) + `["b",-2]]`,
		"three fields":      `[` + six + `["a",-1,-1]]`,
		"no piece":          `[` + six + `[null,-1]]`,
		"a long piece":      `[` + six + `["` + strings.Repeat("é", maxPiece+1) + `",-1]]`,
		"a huge score":      `[` + six + `["a",-1e999]]`,
		"an object":         `{"a":-1}`,
		"cut":               `[` + six,
		"more after it":     `[` + six + `["b",-2]] []`,
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := parseVocabulary([]byte(text)); err == nil {
				t.Errorf("parseVocabulary(%.40q…) = nil, want an error", text)
			}
		})
	}
}

func FuzzTokenize(f *testing.F) {
	for _, s := range append(sentences, "é̀x", "ﷺ ﬁne", "a\xffb", "▁▁", "\u200b") {
		f.Add(s)
	}
	v := vocabularyOf(f, "▁ -1", "a -2", "b -2.5", "e -2.6", "c -3", ". -3.5", "▁a -4", "ab -4.4", "abc -6", "▁abc -6.5", "bcd -9", "é -10")
	f.Fuzz(func(t *testing.T, text string) {
		const most = 20
		ids := v.tokenize(text, most)
		if len(ids) > most {
			t.Fatalf("tokenize(%q) = %d tokens, want at most %d", text, len(ids), most)
		}
		clean := normalize(text, most*v.longest)
		if !utf8.ValidString(clean) || strings.Contains(clean, "▁▁") || strings.HasSuffix(clean, "▁") || clean != "" && !strings.HasPrefix(clean, "▁") {
			t.Errorf("normalize(%q) = %q, want one separator before each word", text, clean)
		}
		if again := normalize(clean, 2*len(clean)); again != clean {
			t.Errorf("normalize(%q) = %q, and again %q", text, clean, again)
		}
		path := v.path(clean, startsOf(clean))
		if got, want := v.score(path), v.bestScore(clean, map[string]float64{}); math.Abs(got-want) > 1e-9*math.Abs(want) {
			t.Errorf("path(%q) scores %g, the best cut %g", clean, got, want)
		}
	})
}

func startsOf(text string) []int {
	var starts []int
	for i := range text {
		starts = append(starts, i)
	}
	return append(starts, len(text))
}

// score is what a path of ids scores.
func (v *vocabulary) score(ids []int32) float64 {
	total := 0.0
	for _, id := range ids {
		if id == unknown {
			total += v.floor
		} else {
			total += v.scores[id]
		}
	}
	return total
}

// bestScore tries every first piece of text and, in the same way, of the rest.
func (v *vocabulary) bestScore(text string, known map[string]float64) float64 {
	if text == "" {
		return 0
	}
	if best, ok := known[text]; ok {
		return best
	}
	_, size := utf8.DecodeRuneInString(text)
	best := math.Inf(-1)
	if _, ok := v.ids[text[:size]]; !ok {
		best = v.floor + v.bestScore(text[size:], known)
	}
	for piece, id := range v.ids {
		if rest, ok := strings.CutPrefix(text, piece); ok {
			best = max(best, v.scores[id]+v.bestScore(rest, known))
		}
	}
	known[text] = best
	return best
}

func FuzzParseVocabulary(f *testing.F) {
	six := strings.Repeat(`["a",-1],`, reserved)
	for _, s := range []string{`[` + six + `["b",-2],["▁b",-3]]`, `[` + six + `["b",null]]`, `[[]]`, `[[1,2]]`, ``} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, data string) {
		v, err := parseVocabulary([]byte(data))
		if err != nil {
			return
		}
		for id, score := range v.scores {
			if math.IsNaN(score) || score > 0 {
				t.Errorf("score %d = %g, want at most 0", id, score)
			}
		}
		for _, id := range v.tokenize("a b\x00 c1 ▁b", 5) {
			if id < 0 || int(id) >= len(v.scores) {
				t.Errorf("token %d, want below %d", id, len(v.scores))
			}
		}
	})
}
