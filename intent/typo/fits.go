package typo

// fits tells how probable each token is after the one before it. What it found
// out last it keeps.
type fits struct {
	model  *model
	tokens []token
	known  [4]struct {
		at  int // 0 where nothing is known
		log float64
	}
}

// at returns the logarithm of how probable token i, from 1, is.
func (f *fits) at(i int) float64 {
	k := &f.known[i%len(f.known)]
	if k.at != i {
		k.at, k.log = i, f.model.log(f.tokens[i-1].symbol, f.tokens[i].symbol)
	}
	return k.log
}

// Bounds of how a character fits between its neighbours.
const (
	perfect = -1.0 // hardly any character fits better
	doubt   = perfect - soundCost - margin
	certain = 1.24e-4 // as a probability, and a little above doubt
)

// doubtful reports whether a character that fits between its neighbours as token
// i does could lose against another one at all.
func (f *fits) doubtful(i int) bool {
	// The knowledge alone says of most characters that they fit.
	left, s, right := f.tokens[i-1].symbol, f.tokens[i].symbol, f.tokens[i+1].symbol
	if p := f.model.least(left, s); p > 0 && p*f.model.least(s, right) > certain {
		return false
	}
	return f.at(i)+f.at(i+1) < doubt
}
