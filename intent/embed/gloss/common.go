package gloss

import "strings"

// wordSet makes a set of words that stand between spaces.
func wordSet(words string) map[string]bool {
	set := make(map[string]bool)
	for word := range strings.FieldsSeq(words) {
		set[word] = true
	}
	return set
}

// emptyEnglish returns the words of a gloss that say nothing about the meaning
// of what it explains, unless there are no others: articles, prepositions, and
// the dictionary's own abbreviations.
func emptyEnglish() map[string]bool {
	return wordSet(`
		a an the of to in on at for with by from into up as and or not no be is are was been
		it its this that i do t s one used sb sth etc esp e g`)
}

// emptyChinese returns the words that stand in questions of every kind and
// hardly tell one from another. English has weights from how often a word is
// used; for Chinese the dictionary does not tell.
func emptyChinese() map[string]bool {
	return wordSet(`
		的 了 吗 呢 啊 吧 呀 哦 嘛 么 着 过 地 得 之 所 以 而 也 都 就 还 又 很 太
		在 把 被 给 让 和 与 及 或 到 从 对 为 上 下 中 里 是 有 要 会 能 可以
		我 你 您 他 她 它 我们 你们 他们 个 一 这 那 一个 这个 那个 一下 请 请问`)
}
