package uselite

import (
	"encoding/json"
	"errors"
	"fmt"
	"unicode"
	"unicode/utf8"
)

const (
	reserved     = 6        // first entries, which never occur in a text
	unknown      = 0        // the entry for what no piece covers
	unknownFloor = 10       // an unknown character scores that much less than the rarest piece
	maxVocab     = 1 << 22  // bytes of vocab.json
	maxPiece     = 32       // characters of a piece
	maxDamaged   = 1. / 100 // share of scores that may be missing or out of order
	separator    = '\u2581' // stands for a space
)

// vocabulary holds the pieces that texts are cut into.
type vocabulary struct {
	ids     map[string]int32 // of pieces, without the reserved ones
	scores  []float64        // log-probability of each piece
	telling []bool           // whether a piece holds a letter or a digit
	longest int              // characters of the longest piece
	floor   float64          // score of an unknown character
}

// parseVocabulary reads vocab.json: an array of pairs of a piece and its
// log-probability, most frequent first. In the published file a few scores of
// pieces like ":" and ":30" are null, 0 or 30, as if a spreadsheet had taken
// them for times; such a piece takes the score of the one before it, next to
// which its true score must have stood. Of two equal pieces the later counts.
func parseVocabulary(data []byte) (*vocabulary, error) {
	var pairs [][]any
	if err := json.Unmarshal(data, &pairs); err != nil {
		return nil, err
	}
	if len(pairs) <= reserved || len(pairs) > maxRows {
		return nil, fmt.Errorf("%d pieces, want %d to %d", len(pairs), reserved+1, maxRows)
	}
	v := &vocabulary{
		ids:     make(map[string]int32, len(pairs)),
		scores:  make([]float64, len(pairs)),
		telling: make([]bool, len(pairs)),
	}
	damaged := 0
	for id, pair := range pairs {
		piece, score, scored, err := parsePair(pair)
		if err != nil {
			return nil, fmt.Errorf("piece %d: %w", id, err)
		}
		if id < reserved {
			continue
		}
		if last := v.scores[id-1]; !scored || score > last {
			damaged++
			score = last
		}
		v.add(int32(id), piece, score)
	}
	if most := maxDamaged * float64(len(pairs)); float64(damaged) > most {
		return nil, fmt.Errorf("%d scores are missing or higher than the one before, want at most %.0f", damaged, most)
	}
	v.floor = v.scores[len(pairs)-1] - unknownFloor
	return v, nil
}

func (v *vocabulary) add(id int32, piece string, score float64) {
	v.ids[piece] = id
	v.scores[id] = score
	v.longest = max(v.longest, utf8.RuneCountInString(piece))
	for _, r := range piece {
		v.telling[id] = v.telling[id] || unicode.IsLetter(r) || unicode.IsNumber(r)
	}
}

func parsePair(pair []any) (piece string, score float64, scored bool, err error) {
	if len(pair) != 2 {
		return "", 0, false, fmt.Errorf("%d fields, want 2", len(pair))
	}
	piece, ok := pair[0].(string)
	if !ok || piece == "" || utf8.RuneCountInString(piece) > maxPiece {
		return "", 0, false, fmt.Errorf("want 1 to %d characters of text first", maxPiece)
	}
	switch s := pair[1].(type) {
	case nil:
		return piece, 0, false, nil
	case float64:
		return piece, s, true, nil
	default:
		return "", 0, false, errors.New("want a number or null second")
	}
}
