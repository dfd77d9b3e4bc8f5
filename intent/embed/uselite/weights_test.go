package uselite

import (
	"bytes"
	"encoding/binary"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/honeyguide-chat/honeyguide/intent/embed/uselite/uselitetest"
)

func TestOpenRefuses(t *testing.T) {
	m := uselitetest.New(1)
	good := convert(t, m)
	weights, vocabulary := read(t, good, weightsFile), read(t, good, vocabularyFile)
	header := func(field int, value uint32) []byte {
		spoiled := slices.Clone(weights)
		binary.LittleEndian.PutUint32(spoiled[len(magic)+4*field:], value)
		return spoiled
	}
	number := func(at int, value float32) []byte {
		spoiled := slices.Clone(weights)
		binary.LittleEndian.PutUint32(spoiled[headerSize+4*at:], math.Float32bits(value))
		return spoiled
	}
	for name, test := range map[string]struct {
		file string
		data []byte // nil: the file is missing
		want string
	}{
		"no weights":              {weightsFile, nil, "no such file"},
		"empty weights":           {weightsFile, []byte{}, "EOF"},
		"weights cut":             {weightsFile, weights[:len(weights)-1], "want"},
		"only a header":           {weightsFile, weights[:headerSize], "want"},
		"weights with more":       {weightsFile, append(slices.Clone(weights), 0), "want"},
		"another file":            {weightsFile, vocabulary, "begins with"},
		"NaN":                     {weightsFile, number(70, float32(math.NaN())), "number 70 is NaN"},
		"infinite":                {weightsFile, number(70, float32(math.Inf(1))), "number 70 is +Inf"},
		"more rows":               {weightsFile, header(0, 5000), "want"},
		"rows beyond the limit":   {weightsFile, header(0, math.MaxUint32), "rows is 4294967295"},
		"no width":                {weightsFile, header(1, 0), "embedding is 0"},
		"an odd width":            {weightsFile, header(1, 33), "even"},
		"hidden beyond the limit": {weightsFile, header(2, maxWidth+1), "hidden"},
		"filter beyond the limit": {weightsFile, header(3, maxFilter+1), "filter"},
		"heads that do not fit":   {weightsFile, header(4, 5), "5 heads"},
		"tokens beyond the limit": {weightsFile, header(5, maxTokens+1), "tokens"},
		"no tokens":               {weightsFile, header(5, 0), "tokens is 0"},
		"no vocabulary":           {vocabularyFile, nil, "no such file"},
		"vocabulary is no JSON":   {vocabularyFile, []byte("x"), "invalid"},
		"vocabulary is too large": {vocabularyFile, make([]byte, maxVocab+1), "at most"},
		"vocabulary of another": {
			vocabularyFile,
			[]byte("[" + strings.Repeat(`["a",-1],`, len(m.Pieces)+2) + `["a",-1]]`),
			"rows in the embedding table",
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			for file, data := range map[string][]byte{weightsFile: weights, vocabularyFile: vocabulary} {
				if file == test.file {
					data = test.data
				}
				if data == nil {
					continue
				}
				if err := os.WriteFile(filepath.Join(dir, file), data, 0o600); err != nil {
					t.Fatal(err)
				}
			}
			_, err := Open(dir)
			if err == nil {
				t.Fatal("Open = nil, want an error")
			}
			for _, part := range []string{test.file, test.want} {
				if !strings.Contains(err.Error(), part) {
					t.Errorf("Open = %v, want it to mention %q", err, part)
				}
			}
		})
	}
}

func TestOpenRefusesWhatIsNoFile(t *testing.T) {
	for _, name := range Files() {
		dir := convert(t, uselitetest.New(1))
		if err := os.Remove(filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
		if err := os.Mkdir(filepath.Join(dir, name), 0o700); err != nil {
			t.Fatal(err)
		}
		if _, err := Open(dir); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("Open where %s is a folder = %v, want an error that names it", name, err)
		}
	}
}

func TestLargestShapeStaysWithinItsLimit(t *testing.T) {
	s := shape{Rows: maxRows, Embedding: maxWidth, Hidden: maxWidth, Filter: maxFilter, Heads: 1, Tokens: 1}
	if err := s.check(); err == nil {
		t.Errorf("check of %d weights = nil, want an error", s.floats())
	}
}

func FuzzReadModel(f *testing.F) {
	var b bytes.Buffer
	m := newModel(shape{Rows: 2, Embedding: 2, Hidden: 2, Filter: 1, Heads: 1, Tokens: 1})
	for _, t := range m.tensors() {
		*t.data = make([]float32, t.size())
	}
	if err := m.write(&b); err != nil {
		f.Fatal(err)
	}
	f.Add(b.Bytes())
	f.Add(b.Bytes()[:headerSize])
	f.Add([]byte(magic))
	f.Fuzz(func(t *testing.T, data []byte) {
		m, err := readModel(bytes.NewReader(data), int64(len(data)))
		if err != nil {
			return
		}
		var again bytes.Buffer
		if err := m.write(&again); err != nil || !bytes.Equal(again.Bytes(), data) {
			t.Errorf("read %d bytes and wrote %d others, %v", len(data), again.Len(), err)
		}
		v := m.forward(portableDot, []int32{0}, m.positions(), new(scratch))
		if len(v) != int(m.Hidden) {
			t.Errorf("forward = %d entries, want %d", len(v), m.Hidden)
		}
	})
}
