package dialog

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/honeyguide-chat/honeyguide/knowledge/textnorm"
)

// fold brings text into one width, case and script, and keeps its punctuation:
// "3.5" must not become two numbers.
func fold(text string) string {
	return textnorm.Simplify(strings.ToLower(norm.NFKC.String(text)))
}

// compact is the normal form without the spaces that only Chinese typists
// make: one stays where it separates two words of Latin letters or digits.
func compact(text string) string {
	words := strings.Fields(textnorm.Normalize(text))
	var b strings.Builder
	for i, w := range words {
		if i > 0 && endsWord(words[i-1]) && beginsWord(w) {
			b.WriteByte(' ')
		}
		b.WriteString(w)
	}
	return b.String()
}

// spaced reports whether r belongs to a script that puts spaces between words.
func spaced(r rune) bool { return r > ' ' && r != utf8.RuneError && !textnorm.IsHan(r) }

func endsWord(s string) bool {
	r, _ := utf8.DecodeLastRuneInString(s)
	return spaced(r)
}

func beginsWord(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return spaced(r)
}

// frames are the words that people put around a choice. They are peeled off
// one by one, longest first.
var (
	frontFrames = []string{
		"我想问的是", "我要问的是", "我说的是", "我想选", "我选择", "我想问", "我要选", "应该是", "那就选", "就是", "我选",
		"选择", "那就", "那个", "这个", "我是", "是", "选", "就", "点", "嗯", "呃", "那", "要",
		"i choose ", "i pick ", "i ll take ", "i mean ", "it was ", "it s ", "it is ", "the ", "my ",
	}
	backFrames = []string{
		"谢谢你", "谢谢", "这个", "那个", "吧", "的", "呢", "啊", "呀", "哦", "哈", "了", "啦", "嘛",
		" please", " thanks", " thank you", " one",
	}
)

// bare peels the frames off a compact text: "我选快递柜吧" is "快递柜". It never
// peels everything.
func bare(s string) string {
	for {
		before := s
		for _, f := range frontFrames {
			if rest, ok := strings.CutPrefix(s, f); ok && rest != "" {
				s = rest
				break
			}
		}
		for _, f := range backFrames {
			if rest, ok := strings.CutSuffix(s, f); ok && rest != "" {
				s = rest
				break
			}
		}
		if s == before {
			return s
		}
	}
}
