// Package gloss gives Chinese and English texts vectors of one space, so that a
// question in the one language finds knowledge in the other.
//
// It takes two tables that others have made and published: GloVe vectors of
// English words, and CC-CEDICT, which explains Chinese words in English. A
// Chinese word gets the mean of the vectors of its glosses. Convert makes a file
// of both kinds of words, Open reads it, and a text's vector is the weighted sum
// of those of its words, the frequent ones counting less.
//
// The weights are those of Arora, Liang and Ma, "A Simple but Tough-to-Beat
// Baseline for Sentence Embeddings" (2017): a/(a+p) for a word of probability p.
// The paper also removes what all sentences of a collection have in common.
// That is left to the caller, who knows the collection.
package gloss

import (
	"context"
	"encoding/hex"
	"fmt"
	"math"
	"os"
	"path/filepath"

	"github.com/honeyguide-chat/honeyguide/intent"
	"github.com/honeyguide-chat/honeyguide/knowledge/textnorm"
)

// wordsFile is the file that Convert writes and Open reads.
const wordsFile = "words.bin"

// maxFile bounds the file that Open reads: some forty times the real one.
const maxFile = 1 << 30

// Words knows vectors of words and makes vectors of texts from them. It is safe
// for concurrent use, and all in memory: the file may go away.
type Words struct {
	id    string
	table *table
	index map[string]int32 // of a word in the table
}

var _ intent.Embedder = (*Words)(nil)

// Open reads what Convert wrote into dir.
func Open(dir string) (*Words, error) {
	data, err := readBounded(filepath.Join(dir, wordsFile))
	if err != nil {
		return nil, fmt.Errorf("gloss: %w", err)
	}
	sum, body, err := unseal(data)
	if err != nil {
		return nil, fmt.Errorf("gloss: %s: %w", wordsFile, err)
	}
	t, err := decode(body)
	if err != nil {
		return nil, fmt.Errorf("gloss: %s: %w", wordsFile, err)
	}
	return newWords(t, "gloss-"+hex.EncodeToString(sum[:8])), nil
}

func readBounded(name string) ([]byte, error) {
	info, err := os.Stat(name)
	if err != nil {
		return nil, err
	}
	if info.Size() > maxFile {
		return nil, fmt.Errorf("%s has %d bytes, more than %d", name, info.Size(), maxFile)
	}
	return os.ReadFile(name)
}

func newWords(t *table, id string) *Words {
	w := &Words{id: id, table: t, index: make(map[string]int32, len(t.words))}
	for i, word := range t.words {
		w.index[word] = int32(i)
	}
	return w
}

// ID implements intent.Embedder. It is made from the contents of the file: two
// builds from the same sources have the same.
func (w *Words) ID() string { return w.id }

// Dimensions implements intent.Embedder.
func (w *Words) Dimensions() int { return w.table.dimensions }

// Len returns how many words are known.
func (w *Words) Len() int { return len(w.table.words) }

// Embed implements intent.Embedder. Texts are brought into the form of
// textnorm.Normalize first; those that are in it already stay as they are. A
// Chinese word that is not known counts by its characters.
func (w *Words) Embed(ctx context.Context, texts []string) ([][]float32, error) {
	vectors := make([][]float32, len(texts))
	for i, text := range texts {
		if err := ctx.Err(); err != nil {
			return nil, context.Cause(ctx)
		}
		vectors[i] = w.embed(textnorm.Normalize(text))
	}
	return vectors, nil
}

func (w *Words) embed(normal string) []float32 {
	sum := make([]float32, w.table.dimensions)
	w.segment(normal, func(word int32) { w.table.add(sum, word) })
	if !scaleToUnit(sum) {
		return nil
	}
	return sum
}

// scaleToUnit makes v one of length 1, unless it has none.
func scaleToUnit(v []float32) bool {
	squares := 0.0
	for _, x := range v {
		squares += float64(x) * float64(x)
	}
	if squares < 1e-18 {
		return false
	}
	length := math.Sqrt(squares)
	for i, x := range v {
		v[i] = float32(float64(x) / length)
	}
	return true
}
