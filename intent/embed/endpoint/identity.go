package endpoint

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// sentences are what the model is known by. They stand in pairs. A change here
// changes the ID of every model, and every release must be trained again.
var sentences = [...]string{
	"我想退货，运费谁出？", "The parcel was left with a neighbour yesterday.",
	"发票什么时候能开？", "My card was charged twice for one order.",
	"客服怎么一直没人回复", "How do I change the delivery address?",
	"充值没有到账，已经等了两天", "What is the weather like on the moon?",
}

// fingerprintLength is in hexadecimal digits.
const fingerprintLength = 12

// fingerprint condenses the vectors of the sentences, which have length 1.
//
// Rounding every number would not do: with hundreds of them one is always
// about to round the other way, and a model that answers from a graphics card
// differs in the last digits from time to time. So only this is kept of each
// pair: in which dimension, and which way, its two vectors differ the most. The
// largest of many is seldom nearly equal to the second largest, so that noise
// does not move it; and as differences of two vectors have lost what all vectors
// of a model have in common, even relatives are told apart (figures in
// TestFingerprint).
func fingerprint(vectors [][]float32) (string, error) {
	h := sha256.New()
	for pair := range slices.Chunk(vectors, 2) {
		where, most := -1, float32(0)
		for i, a := range pair[0] {
			if d := a - pair[1][i]; max(d, -d) > max(most, -most) {
				where, most = i, d
			}
		}
		if where < 0 {
			return "", wrong("it gives sentences that have nothing in common the same vector")
		}
		fmt.Fprintf(h, "%d %t\n", where, most > 0)
	}
	return hex.EncodeToString(h.Sum(nil))[:fingerprintLength], nil
}

// identity is what an ID holds.
type identity struct {
	model       string
	dimensions  int
	fingerprint string
}

func (id identity) String() string {
	return fmt.Sprintf("endpoint/%s/%d/%s", id.model, id.dimensions, id.fingerprint)
}

// parseID reads what String wrote. The model's name may hold slashes.
func parseID(s string) (identity, error) {
	rest, ok := strings.CutPrefix(s, "endpoint/")
	parts := strings.Split(rest, "/")
	n := len(parts)
	if !ok || n < 3 {
		return identity{}, fmt.Errorf("endpoint: %q is no ID of an endpoint", s)
	}
	dimensions, err := strconv.Atoi(parts[n-2])
	id := identity{strings.Join(parts[:n-2], "/"), dimensions, parts[n-1]}
	if err != nil || id.String() != s || id.model == "" || dimensions < 1 || dimensions > MaxDimensions || !isFingerprint(id.fingerprint) {
		return identity{}, fmt.Errorf("endpoint: %q is no ID of an endpoint", s)
	}
	return id, nil
}

func isFingerprint(s string) bool {
	return len(s) == fingerprintLength && strings.Trim(s, "0123456789abcdef") == ""
}
