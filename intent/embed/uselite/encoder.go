package uselite

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"sync"

	"golang.org/x/sync/errgroup"
)

const (
	weightsFile    = "weights.bin"
	vocabularyFile = "vocab.json"

	// generation changes where the same files begin to give other vectors.
	generation = "uselite/1"
)

// Files names the files that Convert writes and Open reads.
func Files() []string { return []string{weightsFile, vocabularyFile} }

// Encoder makes sentence vectors. It is immutable and safe for concurrent use.
// It holds the weights in memory: 28 MB for the published model.
type Encoder struct {
	id         string
	model      *model
	vocabulary *vocabulary
	positions  []float32
	dot        dotFunc
	scratches  sync.Pool // of *scratch
}

// Open loads the files that Convert wrote to dir. It checks their sizes, that
// the vocabulary fits the weights, and that every number is finite. Damaged or
// hostile files give an error that names the file; weights may have 256 MB and a
// vocabulary 4 MB at most, and nothing is allocated for what a file only claims.
func Open(dir string) (*Encoder, error) {
	sum := sha256.New()
	fmt.Fprintln(sum, generation)

	var m *model
	err := readFile(filepath.Join(dir, weightsFile), int64(headerSize)+4*maxFloats, sum, func(r io.Reader, size int64) (err error) {
		m, err = readModel(r, size)
		return err
	})
	if err != nil {
		return nil, err
	}
	var v *vocabulary
	err = readFile(filepath.Join(dir, vocabularyFile), maxVocab, sum, func(r io.Reader, size int64) error {
		data, err := io.ReadAll(r)
		if err != nil {
			return err
		}
		v, err = parseVocabulary(data)
		if err != nil {
			return err
		}
		return m.covers(v)
	})
	if err != nil {
		return nil, err
	}
	return newEncoder(m, v, "use-lite/"+hex.EncodeToString(sum.Sum(nil))[:12]), nil
}

// covers reports a vocabulary that has pieces without a row in the table.
func (m *model) covers(v *vocabulary) error {
	if len(v.scores) > int(m.Rows) {
		return fmt.Errorf("%d pieces, but %d rows in the embedding table", len(v.scores), m.Rows)
	}
	return nil
}

func newEncoder(m *model, v *vocabulary, id string) *Encoder {
	return &Encoder{
		id:         id,
		model:      m,
		vocabulary: v,
		positions:  m.positions(),
		dot:        fastestDot(),
		scratches:  sync.Pool{New: func() any { return new(scratch) }},
	}
}

// readFile lets parse read a regular file of at most most bytes to its end,
// and adds what it reads to sum.
func readFile(name string, most int64, sum hash.Hash, parse func(io.Reader, int64) error) error {
	// Asked before it is opened: to open a pipe would wait for a writer.
	info, err := os.Stat(name)
	if err != nil {
		return fmt.Errorf("uselite: %w", err)
	}
	if !info.Mode().IsRegular() || info.Size() > most {
		return fmt.Errorf("uselite: %s: %d bytes, %v; want a regular file of at most %d bytes", name, info.Size(), info.Mode(), most)
	}
	f, err := os.Open(name)
	if err != nil {
		return fmt.Errorf("uselite: %w", err)
	}
	defer f.Close() // read only: nothing is lost
	fmt.Fprintln(sum, filepath.Base(name), info.Size())
	if err := parse(io.TeeReader(io.LimitReader(f, info.Size()), sum), info.Size()); err != nil {
		return fmt.Errorf("uselite: %s: %w", name, err)
	}
	return nil
}

// ID is "use-lite/" and the first 12 hexadecimal digits of a SHA-256 over the
// files and over the version of the code where that matters to the vectors.
func (e *Encoder) ID() string { return e.id }

// Dimensions is the length of a vector: 512 for the published model.
func (e *Encoder) Dimensions() int { return int(e.model.Hidden) }

// Embed returns a vector of Euclidean length 1 for each of texts, in their
// order. It is nil for a text in which no piece with a letter or a digit is
// known: an empty one, one of marks or emoji only, or one in Chinese.
//
// Only the first 128 tokens of a text count (about 100 English words), as the
// published model has it, and only the first 2,048 characters are looked at: 16,
// the longest piece, for each token. A text is worked on by one goroutine, at
// most GOMAXPROCS of them at a time; each looks at ctx before it begins with a
// text. Embed returns an error if ctx is done, or if the numbers overflow, which
// no sound model does.
func (e *Encoder) Embed(ctx context.Context, texts []string) ([][]float32, error) {
	vectors := make([][]float32, len(texts))
	group, running := errgroup.WithContext(ctx)
	group.SetLimit(runtime.GOMAXPROCS(0))
	for i, text := range texts {
		group.Go(func() (err error) {
			if err := running.Err(); err != nil {
				return err
			}
			vectors[i], err = e.embed(text)
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return nil, fmt.Errorf("uselite: embedding %d texts: %w", len(texts), err)
	}
	return vectors, nil
}

func (e *Encoder) embed(text string) ([]float32, error) {
	ids := e.vocabulary.tokenize(text, int(e.model.Tokens))
	if ids == nil {
		return nil, nil
	}
	s := e.scratches.Get().(*scratch)
	defer e.scratches.Put(s)
	vector := e.model.forward(e.dot, ids, e.positions, s)
	zero := true
	for _, v := range vector {
		if !finite(v) {
			return nil, fmt.Errorf("a vector came out with %v", v)
		}
		zero = zero && v == 0
	}
	if zero {
		return nil, nil
	}
	return vector, nil
}
