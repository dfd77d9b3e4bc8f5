package gloss

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"slices"
)

// The file is, with integers and numbers in little endian:
//
//	8 bytes     magic; its last digit is the format's number
//	32 bytes    SHA-256 of the rest
//	4 bytes     d, the dimensions
//	4 bytes     n, the number of words
//	n bytes     the length of each word in bytes
//	...         the words, one after the other, in ascending order of bytes
//	4n bytes    a factor for each word, a number of 32 bits above 0, at most 1
//	d*n bytes   a row for each word, of signed bytes
//
// The vector of a word, times its weight, is its factor times its row. A byte an
// entry costs nothing that could be measured in a text's vector.
const magic = "hgwords1"

// table holds the words of a file with their vectors.
type table struct {
	dimensions int
	words      []string  // ascending
	factors    []float32 // of each word
	rows       []byte    // dimensions signed bytes for each word
}

// add adds the weighted vector of a word to sum.
func (t *table) add(sum []float32, word int32) {
	factor := t.factors[word]
	row := t.rows[int(word)*t.dimensions:][:t.dimensions]
	for i, x := range row {
		sum[i] += float32(factor * float32(int8(x))) // rounded here on every machine
	}
}

// quantise stores vector times weight as the row and factor of a word.
func (t *table) quantise(word int, vector []float32, weight float64) {
	largest := 0.0
	for _, x := range vector {
		largest = max(largest, math.Abs(float64(x)))
	}
	step := largest / math.MaxInt8
	for i, x := range vector {
		t.rows[word*t.dimensions+i] = byte(int8(math.Round(float64(x) / step)))
	}
	t.factors[word] = float32(step * weight)
}

// seal returns the bytes of a file with this body.
func seal(body []byte) []byte {
	sum := sha256.Sum256(body)
	return slices.Concat([]byte(magic), sum[:], body)
}

// unseal returns what seal was given, and its checksum.
func unseal(data []byte) (sum, body []byte, err error) {
	rest, ok := bytes.CutPrefix(data, []byte(magic))
	if !ok || len(rest) < sha256.Size {
		return nil, nil, fmt.Errorf("that is no file of this format, which begins with %q", magic)
	}
	sum, body = rest[:sha256.Size], rest[sha256.Size:]
	if got := sha256.Sum256(body); !bytes.Equal(got[:], sum) {
		return nil, nil, errors.New("its checksum is wrong: the file is damaged")
	}
	return sum, body, nil
}

func (t *table) encode() []byte {
	n := len(t.words)
	b := make([]byte, 0, 8+n*(5+t.dimensions+16))
	b = binary.LittleEndian.AppendUint32(b, uint32(t.dimensions))
	b = binary.LittleEndian.AppendUint32(b, uint32(n))
	for _, w := range t.words {
		b = append(b, byte(len(w)))
	}
	for _, w := range t.words {
		b = append(b, w...)
	}
	for _, f := range t.factors {
		b = binary.LittleEndian.AppendUint32(b, math.Float32bits(f))
	}
	return append(b, t.rows...)
}

var errLength = errors.New("its length does not fit what it says it holds")

// decode reads a body. The table keeps using it.
func decode(body []byte) (*table, error) {
	if len(body) < 8 {
		return nil, errLength
	}
	d, n := int(binary.LittleEndian.Uint32(body)), int(binary.LittleEndian.Uint32(body[4:]))
	rest := body[8:]
	switch {
	case d < 1 || d > maxDimensions:
		return nil, fmt.Errorf("it has %d dimensions, want 1 to %d", d, maxDimensions)
	case n < 1 || n > len(rest)/(5+d):
		return nil, errLength
	}
	lengths, rest := rest[:n], rest[n:]
	text := 0
	for _, l := range lengths {
		text += int(l)
	}
	if len(rest) != text+n*(4+d) {
		return nil, errLength
	}
	t := &table{dimensions: d, words: make([]string, n), factors: make([]float32, n), rows: rest[text+4*n:]}
	if err := t.readWords(lengths, string(rest[:text])); err != nil {
		return nil, err
	}
	return t, t.readFactors(rest[text:])
}

func (t *table) readWords(lengths []byte, text string) error {
	last := ""
	for i, l := range lengths {
		t.words[i], text = text[:l], text[l:]
		if t.words[i] <= last {
			return fmt.Errorf("its words are not in order: %q comes after %q", t.words[i], last)
		}
		last = t.words[i]
	}
	return nil
}

func (t *table) readFactors(data []byte) error {
	for i := range t.factors {
		f := math.Float32frombits(binary.LittleEndian.Uint32(data[4*i:]))
		if !(f > 0 && f <= 1) {
			return fmt.Errorf("the factor of %q is %v", t.words[i], f)
		}
		t.factors[i] = f
	}
	return nil
}
