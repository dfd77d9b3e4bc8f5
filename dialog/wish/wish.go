// Package wish recognises that a customer asks for a human being.
//
// It is a list of rules, not a model: the one request that must never be missed
// has to be readable, and a new wording must be a line and a test case. Each
// clause of an utterance goes through four steps:
//
//  1. The commonest slips of the keyboard are put right (人功, 课服).
//  2. Words that hold a person and mean none are blanked (人工智能, human hair,
//     扫地机器人).
//  3. Where a veto matches, the clause is no wish: it declines, complains about
//     another's service, reports or asks about it.
//  4. Where a rule matches, it is one.
//
// What is no wish then is read for other slips, of sound, shape and keys, and
// goes through the steps again.
//
// Any clause is enough: "什么破玩意，转人工" is a wish. Only words that may just
// address somebody ("客服，我的件丢了") must be all that is said.
package wish

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/honeyguide-chat/honeyguide/knowledge/textnorm"
)

// rule is one wording, or a family of them.
type rule struct {
	name    string
	pattern pattern
}

// Wants reports whether text asks for a human. locale is the BCP 47 tag of the
// session: Chinese typed as pinyin is understood only where it begins with zh.
// What is no wish as it was typed is read once more, with slips put right.
func Wants(text, locale string) bool {
	if wanted(text, locale) != "" {
		return true
	}
	meant, changed := repair(text, locale)
	return changed && wanted(meant, locale) != ""
}

// isChinese reports whether a BCP 47 tag is that of Chinese.
func isChinese(locale string) bool { return strings.HasPrefix(strings.ToLower(locale), "zh") }

// maxCall bounds, in characters, an utterance that does nothing but call.
const maxCall = 30

// wanted returns the name of the rule by which text asks for a human, or "".
func wanted(text, locale string) string {
	all := textnorm.Normalize(text)
	if !holdsAny(all, chineseStems) && !holdsAny(all, englishStems) && !holdsAny(all, pinyinStems) {
		return ""
	}
	if utf8.RuneCountInString(all) <= maxCall {
		calls := prepareChinese(strings.ReplaceAll(all, " ", ""))
		if name, vetoed := judge(calls, chineseVetoes, chineseCalls); name != "" || vetoed {
			return name
		}
	}
	for _, clause := range splitClauses(text) {
		words := textnorm.Normalize(clause)
		name := wantedInChinese(words)
		if name == "" {
			name = wantedInEnglish(words)
		}
		if name == "" && isChinese(locale) {
			name = match(pinyinWishes, words)
		}
		if name != "" {
			return name
		}
	}
	return ""
}

// holdsAny reports whether s holds one of the stems.
func holdsAny(s string, stems []string) bool {
	return slices.ContainsFunc(stems, func(stem string) bool { return strings.Contains(s, stem) })
}

// wantedInChinese reads words as one, since "转 人 工" is typed as well, and
// then each alone, since a space may stand for a comma.
func wantedInChinese(words string) string {
	if !holdsAny(words, chineseStems) {
		return ""
	}
	pieces := strings.Fields(words)
	if len(pieces) > 1 {
		pieces = append([]string{strings.Join(pieces, "")}, pieces...)
	}
	for _, p := range pieces {
		if name, vetoed := judge(prepareChinese(p), chineseVetoes, chineseWishes); name != "" || vetoed {
			return name
		}
	}
	return ""
}

func prepareChinese(clause string) string {
	return chineseBlank.replace(chineseSlips.Replace(clause), "＿")
}

func wantedInEnglish(words string) string {
	words = englishSlips.replace(words, "human")
	if !holdsAny(words, englishStems) {
		return ""
	}
	name, _ := judge(englishBlank.replace(words, "_"), englishVetoes, englishWishes)
	return name
}

func judge(clause string, vetoes, wishes []rule) (name string, vetoed bool) {
	name = match(wishes, clause)
	if name == "" || match(vetoes, clause) == "" {
		return name, false
	}
	return "", true
}

// match returns the name of the first rule that matches, or "".
func match(rules []rule, clause string) string {
	for _, r := range rules {
		if r.pattern.matches(clause) {
			return r.name
		}
	}
	return ""
}

// compile puts the word classes into patterns: <name> stands for a class.
func compile(classes *strings.Replacer, rules ...[2]string) []rule {
	var out []rule
	for _, r := range rules {
		out = append(out, rule{r[0], newPattern(classes.Replace(r[1]))})
	}
	return out
}
