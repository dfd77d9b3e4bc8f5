package clauses

import "testing"

// FuzzFirstOfJoint checks that no joint begins with another character.
func FuzzFirstOfJoint(f *testing.F) {
	for _, s := range []string{
		"那另外", "然后另外", "对了,此外", "除此之外", "其次", "再者", "再就是", "还有就是", "还有个问题", "第二个问题", "顺便问一下", "我还想再问一下", "还要再咨询", "再请教您", "还得了解",
		"and another question", "oh by the way", "also", "one more thing", "btw", "additionally", "besides", "secondly", "my next question is",
		"还有", "以及", "并且", "而且", "同时", "然后呢", "再有", "和", "跟", "and", "plus", "then", "", "退款",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		_, got := cutJoint(text)
		if m := strongJoint.FindString(text); m != "" && got != strong {
			t.Errorf("cutJoint(%q) = %d, want that %q is strong", text, got, m)
		}
		if m := weakJoint.FindString(text); m != "" && got == loose && !still.MatchString(text) && !(latin(rune(m[0])) && !opensQuestion(text[len(m):])) {
			t.Errorf("cutJoint(%q) = %d, want that %q joins", text, got, m)
		}
	})
}
