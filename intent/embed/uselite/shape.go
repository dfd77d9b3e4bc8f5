package uselite

import "fmt"

// Limits of a shape. They are far above the published model's, and keep what
// a hostile file can make us allocate below a gigabyte.
const (
	maxRows   = 1 << 16
	maxWidth  = 1 << 12
	maxFilter = 1 << 14
	maxHeads  = 1 << 6
	maxTokens = 1 << 9
	maxFloats = 1 << 26 // of all tensors together
)

// shape holds the sizes of a model, in the order of the header of weights.bin.
type shape struct {
	Rows      uint32 // of the embedding table
	Embedding uint32 // width of a row
	Hidden    uint32 // width between the layers, and of a result
	Filter    uint32 // width inside the feed-forward networks
	Heads     uint32 // of attention, in each layer
	Tokens    uint32 // read of a text; the rest is left out
}

// check reports sizes that are zero, above the limits, or do not fit each other.
func (s shape) check() error {
	for _, size := range []struct {
		name string
		got  uint32
		most uint32
	}{
		{"rows", s.Rows, maxRows},
		{"embedding", s.Embedding, maxWidth},
		{"hidden", s.Hidden, maxWidth},
		{"filter", s.Filter, maxFilter},
		{"heads", s.Heads, maxHeads},
		{"tokens", s.Tokens, maxTokens},
	} {
		if size.got == 0 || size.got > size.most {
			return fmt.Errorf("%s is %d, want 1 to %d", size.name, size.got, size.most)
		}
	}
	if s.Embedding%2 != 0 {
		return fmt.Errorf("embedding is %d, want an even width", s.Embedding)
	}
	if s.Embedding%s.Heads != 0 || s.Hidden%s.Heads != 0 {
		return fmt.Errorf("%d heads do not divide the widths %d and %d", s.Heads, s.Embedding, s.Hidden)
	}
	if n := s.floats(); n > maxFloats {
		return fmt.Errorf("%d weights, want at most %d", n, maxFloats)
	}
	return nil
}

// floats is the number of weights of a model of this shape.
func (s shape) floats() int {
	n := 0
	for _, t := range newModel(s).tensors() {
		n += t.size()
	}
	return n
}
