package typo

import "unicode"

// symbol is a token as the counts know it: a common Chinese character, or one
// of a few stand-ins for everything else.
type symbol uint16

// The characters that are read, and the symbols of all others.
const (
	firstHan = 0x4E00
	lastHan  = 0x9FFF

	none    symbol = 0
	lastOne        = lastHan - firstHan + 1 // symbol of the last character
	edge    symbol = lastOne + 1            // space, beginning or end
	word    symbol = lastOne + 2            // of other letters
	number  symbol = lastOne + 3            // of digits
	symbols        = lastOne + 4
)

// symbolOf returns the symbol of a common Chinese character, or none.
func symbolOf(r rune) symbol {
	if r < firstHan || r > lastHan {
		return none
	}
	return symbol(r-firstHan) + 1
}

// char is the character of a symbol that is one.
func (s symbol) char() rune { return rune(s) - 1 + firstHan }

func (s symbol) isHan() bool { return s > none && s < edge }

// token is a symbol with its place in a text, in runes.
type token struct {
	symbol symbol
	at     int
}

// tokenize appends to out, which is empty, the tokens of a text in normal form,
// with an edge at each end. Runs of letters, digits or spaces are one token.
func tokenize(out []token, text []rune) []token {
	out = append(out, token{symbol: edge})
	for at, r := range text {
		s := symbolOf(r)
		switch {
		case s != none:
		case r == ' ':
			s = edge
		case '0' <= r && r <= '9' || unicode.IsDigit(r):
			s = number
		default:
			s = word
		}
		if s.isHan() || out[len(out)-1].symbol != s {
			out = append(out, token{s, at})
		}
	}
	if out[len(out)-1].symbol != edge {
		out = append(out, token{edge, len(text)})
	}
	return out
}
