package uselite

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
)

const (
	graphFile = "model.json"
	maxGraph  = 1 << 22 // bytes of model.json
)

// graph holds the constants of a TensorFlow.js graph model, by name.
type graph map[string]constant

type constant struct {
	dtype string
	shape []int
	data  []byte // little endian, four bytes a number
}

// manifest is the part of model.json that says where the constants are: each
// group's one after the other, in the files of the group put together.
type manifest struct {
	Groups []struct {
		Paths   []string `json:"paths"`
		Weights []struct {
			Name         string          `json:"name"`
			Dtype        string          `json:"dtype"`
			Shape        []int           `json:"shape"`
			Quantization json.RawMessage `json:"quantization"`
		} `json:"weights"`
	} `json:"weightsManifest"`
}

func readGraph(files map[string][]byte) (graph, error) {
	data, ok := files[graphFile]
	if !ok {
		return nil, errors.New("the tarball does not have it")
	}
	if len(data) > maxGraph {
		return nil, fmt.Errorf("%d bytes, want at most %d", len(data), maxGraph)
	}
	var m manifest
	if err := json.Unmarshal(data, &m); err != nil {
		return nil, err
	}
	g := make(graph)
	seen := make(map[string]bool)
	for _, group := range m.Groups {
		var joined []byte
		for _, name := range group.Paths {
			part, ok := files[name]
			// A file named again and again would grow without end.
			if !ok || seen[name] {
				return nil, fmt.Errorf("the weight file %s%s is missing or named twice", distFolder, name)
			}
			seen[name] = true
			joined = append(joined, part...)
		}
		for _, w := range group.Weights {
			size, err := bytesOf(w.Dtype, w.Shape)
			if err == nil && len(w.Quantization) > 0 {
				err = errors.New("it is quantized")
			}
			if err == nil && size > len(joined) {
				err = fmt.Errorf("want %d bytes, the weight files have %d left", size, len(joined))
			}
			if _, ok := g[w.Name]; err == nil && ok {
				err = errors.New("there are two of it")
			}
			if err != nil {
				return nil, fmt.Errorf("tensor %q: %w", w.Name, err)
			}
			g[w.Name] = constant{w.Dtype, w.Shape, joined[:size]}
			joined = joined[size:]
		}
		if len(joined) > 0 {
			return nil, fmt.Errorf("the weight files have %d bytes more than the tensors", len(joined))
		}
	}
	return g, nil
}

// bytesOf is the space that a tensor takes.
func bytesOf(dtype string, shape []int) (int, error) {
	if dtype != "float32" && dtype != "int32" {
		return 0, fmt.Errorf("type %q, want float32 or int32", dtype)
	}
	n := 1
	for _, d := range shape {
		if d < 0 || d > maxFloats || n*d > maxFloats {
			return 0, fmt.Errorf("shape %v is too large", shape)
		}
		n *= d
	}
	return 4 * n, nil
}

// tensor returns the bytes of a constant that must have this type and shape.
func (g graph) tensor(name, dtype string, shape ...int) ([]byte, error) {
	t, ok := g[name]
	if !ok {
		return nil, fmt.Errorf("tensor %q is missing", name)
	}
	if t.dtype != dtype || !slices.Equal(t.shape, shape) {
		return nil, fmt.Errorf("tensor %q is %s%v, want %s%v", name, t.dtype, t.shape, dtype, shape)
	}
	return t.data, nil
}
