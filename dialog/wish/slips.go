package wish

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/honeyguide-chat/honeyguide/intent/typo"
	"github.com/honeyguide-chat/honeyguide/knowledge/textnorm"
)

// maxRepair bounds, in characters, a clause that is read for slips.
const maxRepair = 60

// repair returns text as it was probably meant, and whether that is another one:
// a character of the same sound or shape, a key hit wrong, pinyin with a slip.
// It reads slips only as words of wishes, so that other texts stay as they are,
// by and large; the rules still have the last word.
func repair(text, locale string) (string, bool) {
	clauses := splitClauses(text)
	changed := false
	for i, clause := range clauses {
		words := textnorm.Normalize(clause)
		if words == "" || utf8.RuneCountInString(words) > maxRepair {
			continue
		}
		if meant := repairClause(words, locale); meant != words {
			clauses[i], changed = meant, true
		}
	}
	return strings.Join(clauses, "，"), changed
}

func repairClause(words, locale string) string {
	if strings.ContainsFunc(words, textnorm.IsHan) {
		meant, _ := chineseReader().Read(words)
		return meant
	}
	if isChinese(locale) {
		letters := strings.ReplaceAll(words, " ", "")
		if slices.Contains(pinyinKeys, letters) {
			return letters // parted in the wrong place
		}
		if meant, ok := nearest(letters, pinyinKeys); ok {
			return meant
		}
	}
	each := strings.Fields(words)
	for i, word := range each {
		if meant, ok := nearest(word, englishKeys); ok {
			each[i] = meant
		}
	}
	return strings.Join(each, " ")
}

// chineseReader is made at the first use: its tables are those that matching
// has in memory anyway.
var chineseReader = sync.OnceValue(func() *typo.Reader {
	r, err := typo.New(strings.Fields(chineseSaid))
	if err != nil {
		panic(fmt.Sprintf("wish: a table of the program is damaged: %v", err))
	}
	return r
})

// nearest returns the one key that typed is a slip of. What is a word by itself
// is none: englishWords are those beside the keys.
func nearest(typed string, keys []string) (string, bool) {
	if len(typed) < 3 || slices.Contains(keys, typed) || slices.Contains(englishWords, typed) {
		return "", false
	}
	meant := ""
	for _, key := range keys {
		if oneSlip(typed, key) {
			if meant != "" {
				return "", false
			}
			meant = key
		}
	}
	return meant, meant != ""
}

// oneSlip reports whether typed is key with two neighbours swapped, a letter
// left out or added, or, where the key is long enough to be told by the rest,
// one wrong.
func oneSlip(typed, key string) bool {
	const wrongLetter = 5 // letters of a key in which one may be wrong
	if d := len(typed) - len(key); d < -1 || d > 1 {
		return false
	}
	at := 0
	for at < len(typed) && at < len(key) && typed[at] == key[at] {
		at++
	}
	a, b := typed[at:], key[at:]
	switch len(a) - len(b) {
	case 1:
		return a[1:] == b
	case -1:
		return a == b[1:]
	case 0:
		swapped := len(a) > 1 && a[0] == b[1] && a[1] == b[0] && a[2:] == b[2:]
		return swapped || len(a) > 0 && len(key) >= wrongLetter && a[1:] == b[1:]
	}
	return false
}

// pinyinKeys are wishes in pinyin, without spaces.
var pinyinKeys = []string{
	"rengong", "zhuanrengong", "zhuanjierengong", "rengongkefu", "zhuanrengongkefu", "rengongfuwu", "zhaorengong", "zhenrenkefu", "zhuankefu", "zhaokefu",
}

// englishKeys are the words that a wish cannot do without.
var englishKeys = []string{
	"human", "hooman", "agent", "person", "people", "representative", "operator", "someone", "somebody", "anyone", "anybody",
	"manager", "supervisor", "customer", "service", "support", "staff", "colleague", "specialist", "talk", "speak", "transfer", "connect", "escalate", "chatbot",
}

// englishWords are words, or names, that are one slip away from a key.
var englishWords = []string{
	"humans", "humane", "hunan", "hoomans", "agents", "argent", "gent", "parson", "persona", "persons", "peoples", "operators",
	"managers", "manages", "managed", "customers", "services", "serviced", "supports", "stuff", "stiff", "staffs", "colleagues", "specialists",
	"talks", "stalk", "speaks", "peak", "sneak", "steak", "spear", "connects", "transfers", "supervisors",
}
