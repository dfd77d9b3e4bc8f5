package typo

import (
	"bytes"
	"compress/gzip"
	_ "embed"
	"fmt"
	"io"
	"strings"
	"sync"
	"unicode/utf8"
)

//go:generate go run gen_pairs.go

//go:embed tables/pairs.txt.gz
var pairsGz []byte

// general is what is known of Chinese at large: how often the characters
// stand beside each other in its words. Immutable.
type general struct {
	// rows[s] and rows[s+1] bound in next what follows symbol s, by symbol.
	rows [symbols + 1]uint32
	next []symbol
	seen []uint8 // how often, as gen_pairs.go packs it
	// Of each character: how often it was seen, its share of all characters,
	// and which share of its words it ends.
	times, share, ends [symbols]float32
}

// loadGeneral unpacks the table, once a process.
var loadGeneral = sync.OnceValues(func() (*general, error) {
	zip, err := gzip.NewReader(bytes.NewReader(pairsGz))
	if err != nil {
		return nil, fmt.Errorf("typo: table of pairs: %w", err)
	}
	lines, err := io.ReadAll(zip)
	if err != nil {
		return nil, fmt.Errorf("typo: table of pairs: %w", err)
	}
	return parseGeneral(string(lines)), nil
})

// A little is added to what was seen, for no dictionary has all.
const (
	smoothing      = 50 // to the words that a character ends
	smoothingShare = 5  // to the times that a character was seen
)

// parseGeneral reads the lines that gen_pairs.go writes.
func parseGeneral(lines string) *general {
	g := &general{}
	var total float32
	row := 0
	for line := range strings.Lines(lines) {
		line = strings.TrimSuffix(line, "\n")
		r, size := utf8.DecodeRuneInString(line)
		s := symbolOf(r)
		g.times[s] = times(line[size])
		g.ends[s] = times(line[size+1])
		total += g.times[s]
		for ; row <= int(s); row++ {
			g.rows[row] = uint32(len(g.next))
		}
		for rest := line[size+2:]; rest != ""; {
			r, size := utf8.DecodeRuneInString(rest)
			g.next = append(g.next, symbolOf(r))
			g.seen = append(g.seen, rest[size])
			rest = rest[size+1:]
		}
	}
	for ; row < len(g.rows); row++ {
		g.rows[row] = uint32(len(g.next))
	}
	for s := range g.share {
		g.share[s] = (g.times[s] + smoothingShare) / total
		g.ends[s] = (g.ends[s] + smoothing) / (g.times[s] + smoothing)
	}
	return g
}

// times is the count that a letter of the table stands for.
func times(level byte) float32 {
	if level <= 'A' {
		return 0
	}
	return float32(uint64(1) << (level - 'B'))
}

// known returns how often right follows left within a word.
func (g *general) known(left, right symbol) float32 {
	lo, hi := g.rows[left], g.rows[left+1]
	for lo < hi {
		mid := (lo + hi) / 2
		if g.next[mid] < right {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	if lo < g.rows[left+1] && g.next[lo] == right {
		return times(g.seen[lo])
	}
	return 0
}

// follows returns how probable right is after left, where right's share of all
// is share: within a word, or as the beginning of the next one.
func (g *general) follows(left, right symbol, share float64) float64 {
	if !left.isHan() || g.times[left] == 0 {
		return share
	}
	return float64(g.known(left, right)/(g.times[left]+smoothing)) + float64(g.ends[left])*share
}
