package wish

import (
	"regexp"
	"regexp/syntax"
	"slices"
)

// pattern is a regular expression that looks first whether a text holds the
// words without which it cannot match: most texts do not, and are told so at a
// hundredth of the cost.
type pattern struct {
	expression *regexp.Regexp
	needs      [][]string // of each list a text must hold one; the shortest lists first
}

func newPattern(expression string) pattern {
	p := pattern{expression: regexp.MustCompile(expression)}
	if parsed, err := syntax.Parse(expression, syntax.Perl); err == nil { // or it would not have compiled
		p.needs = needs(parsed)
	}
	slices.SortStableFunc(p.needs, func(a, b []string) int { return len(a) - len(b) })
	return p
}

// may reports whether the pattern may match.
func (p pattern) may(text string) bool {
	for _, words := range p.needs {
		if !holdsAny(text, words) {
			return false
		}
	}
	return true
}

func (p pattern) matches(text string) bool { return p.may(text) && p.expression.MatchString(text) }

// replace returns text with each match replaced.
func (p pattern) replace(text, with string) string {
	if !p.may(text) {
		return text
	}
	return p.expression.ReplaceAllString(text, with)
}

// mostRunes is how many characters of a class are looked for one by one.
const mostRunes = 8

// needs returns lists of words, of each of which every match of an expression
// holds one.
func needs(re *syntax.Regexp) [][]string {
	switch re.Op {
	case syntax.OpLiteral:
		if re.Flags&syntax.FoldCase == 0 {
			return [][]string{{string(re.Rune)}}
		}
	case syntax.OpCharClass:
		var words []string
		for i := 0; i < len(re.Rune); i += 2 {
			for r := re.Rune[i]; r <= re.Rune[i+1]; r++ {
				if words = append(words, string(r)); len(words) > mostRunes {
					return nil
				}
			}
		}
		return [][]string{words}
	case syntax.OpCapture, syntax.OpPlus:
		return needs(re.Sub[0])
	case syntax.OpRepeat:
		if re.Min > 0 {
			return needs(re.Sub[0])
		}
	case syntax.OpConcat:
		var all [][]string
		for _, sub := range re.Sub {
			all = append(all, needs(sub)...)
		}
		return all
	case syntax.OpAlternate:
		var words []string
		for _, sub := range re.Sub {
			lists := needs(sub)
			if len(lists) == 0 {
				return nil
			}
			words = append(words, slices.MaxFunc(lists, rarer)...)
		}
		return [][]string{words}
	}
	return nil
}

// rarer compares lists by how seldom a text will hold one of their words: by the
// shortest word, then by their number.
func rarer(a, b []string) int {
	shortest := func(words []string) int {
		return len(slices.MinFunc(words, func(a, b string) int { return len(a) - len(b) }))
	}
	if d := shortest(a) - shortest(b); d != 0 {
		return d
	}
	return len(b) - len(a)
}
