package uselite

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/honeyguide-chat/honeyguide/intent/embed/uselite/uselitetest"
)

// convert converts m into a new folder.
func convert(t testing.TB, m *uselitetest.Model) string {
	t.Helper()
	dir := t.TempDir()
	if err := Convert(t.Context(), bytes.NewReader(m.Tarball(t)), dir); err != nil {
		t.Fatal(err)
	}
	return dir
}

func names(t testing.TB, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	list := []string{}
	for _, e := range entries {
		list = append(list, e.Name())
	}
	return list
}

func read(t testing.TB, dir, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestConvertWritesTheSameBytes(t *testing.T) {
	m := uselitetest.New(1)
	first, second := convert(t, m), convert(t, m)
	if diff := cmp.Diff(slices.Sorted(slices.Values(Files())), names(t, first)); diff != "" {
		t.Errorf("Convert wrote (-Files +found):\n%s", diff)
	}
	for _, name := range Files() {
		if !bytes.Equal(read(t, first, name), read(t, second, name)) {
			t.Errorf("%s differs between two conversions", name)
		}
	}
	entries := m.Entries(t)
	slices.Reverse(entries)
	dir := t.TempDir()
	if err := Convert(t.Context(), bytes.NewReader(uselitetest.Pack(t, entries)), dir); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(read(t, first, weightsFile), read(t, dir, weightsFile)) {
		t.Error("the weights depend on the order of the entries")
	}
}

func TestConvertOverwrites(t *testing.T) {
	dir := t.TempDir()
	for _, name := range Files() {
		if err := os.WriteFile(filepath.Join(dir, name), bytes.Repeat([]byte("old"), 1<<20), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := Convert(t.Context(), bytes.NewReader(uselitetest.New(1).Tarball(t)), dir); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(dir); err != nil {
		t.Error(err)
	}
}

func TestConvertRefusesModels(t *testing.T) {
	for name, test := range map[string]struct {
		spoil func(*uselitetest.Model)
		want  []string
	}{
		"not a number": {
			func(m *uselitetest.Model) { m.Tensor(t, "tanh_layer_0/bias").Data[2] = float32(math.NaN()) },
			[]string{"package/dist/model.json", "tanh_layer_0/bias", "number 2", "NaN"},
		},
		"infinite": {
			func(m *uselitetest.Model) { m.Tensor(t, "Embeddings_en").Data[7] = float32(math.Inf(-1)) },
			[]string{"Embeddings_en", "number 7", "-Inf"},
		},
		"another shape": {
			func(m *uselitetest.Model) {
				bias := m.Tensor(t, "Layer_1/TransformerLayer/FFN/conv1/bias/ConcatPartitions/concat")
				bias.Shape, bias.Data = []int{79}, bias.Data[:79]
			},
			[]string{"FFN/conv1/bias", "[79]", "[80]"},
		},
		"a tensor is missing": {
			func(m *uselitetest.Model) { m.Tensors = m.Tensors[1:] },
			[]string{"Layer_1/TransformerLayer/FFN/conv2", "missing"},
		},
		"a tensor twice": {
			func(m *uselitetest.Model) { m.Tensors = append(m.Tensors, m.Tensors[3]) },
			[]string{"FFN/layer_prepostprocess", "two of it"},
		},
		"another type": {
			func(m *uselitetest.Model) { m.Tensor(t, "tanh_layer_0/bias").Dtype = "int32" },
			[]string{"tanh_layer_0/bias", "int32", "float32"},
		},
		"a type of unknown size": {
			func(m *uselitetest.Model) { m.Tensor(t, "tanh_layer_0/bias").Dtype = "complex64" },
			[]string{"tanh_layer_0/bias", "complex64"},
		},
		"more weights promised than there are": {
			func(m *uselitetest.Model) { m.Tensor(t, "tanh_layer_0/bias").Shape = []int{1 << 20} },
			[]string{"tanh_layer_0/bias", "left"},
		},
		"more weights than promised": {
			func(m *uselitetest.Model) { bias := m.Tensor(t, "tanh_layer_0/bias"); bias.Data = append(bias.Data, 1) },
			[]string{"4 bytes more"},
		},
		"a shape beyond counting": {
			func(m *uselitetest.Model) {
				m.Tensor(t, "tanh_layer_0/bias").Shape = []int{1 << 20, 1 << 20, 1 << 20, 1 << 20}
			},
			[]string{"tanh_layer_0/bias", "too large"},
		},
		"a shape below nothing": {
			func(m *uselitetest.Model) { m.Tensor(t, "tanh_layer_0/bias").Shape = []int{-1, -48} },
			[]string{"tanh_layer_0/bias", "too large"},
		},
		"heads that do not fit": {
			func(m *uselitetest.Model) { m.Tensor(t, "Reshape/shape/2").Data[0] = 5 },
			[]string{"5 heads"},
		},
		"no heads": {
			func(m *uselitetest.Model) { m.Tensor(t, "Reshape/shape/2").Data[0] = 0 },
			[]string{"heads is 0"},
		},
		"a table without width": {
			func(m *uselitetest.Model) {
				table := m.Tensor(t, "Embeddings_en")
				table.Shape = []int{len(table.Data)}
			},
			[]string{"Embeddings_en", "dimensions"},
		},
		"another epsilon": {
			func(m *uselitetest.Model) { m.Tensor(t, "layer_norm/Cast/x").Data[0] = 1e-3 },
			[]string{"Cast/x", "0.001", "1e-06"},
		},
		"another scale of attention": {
			func(m *uselitetest.Model) {
				m.Tensor(t, "Layer_1/TransformerLayer/MultiheadAttention/mul/y").Data[0] = 0.5
			},
			[]string{"mul/y", "0.5"},
		},
		"more pieces than rows": {
			func(m *uselitetest.Model) {
				m.Pieces = append(m.Pieces, uselitetest.Piece{Text: "x1", Score: -20.}, uselitetest.Piece{Text: "x2", Score: -20.}, uselitetest.Piece{Text: "x3", Score: -20.})
			},
			[]string{"package/dist/vocab.json", "rows"},
		},
		"an empty piece": {
			func(m *uselitetest.Model) { m.Pieces[10].Text = "" },
			[]string{"package/dist/vocab.json", "piece 10"},
		},
		"a score in words": {
			func(m *uselitetest.Model) { m.Pieces[10].Score = "high" },
			[]string{"package/dist/vocab.json", "piece 10"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			m := uselitetest.New(1)
			test.spoil(m)
			refuses(t, m.Tarball(t), test.want...)
		})
	}
}

func TestConvertRefusesTarballs(t *testing.T) {
	entries := uselitetest.New(1).Entries(t)
	with := func(e uselitetest.Entry) []byte { return uselitetest.Pack(t, append(slices.Clone(entries), e)) }
	without := func(name string) []byte {
		return uselitetest.Pack(t, slices.DeleteFunc(slices.Clone(entries), func(e uselitetest.Entry) bool { return e.Name == name }))
	}
	replaced := func(name string, body string) []byte {
		list := slices.Clone(entries)
		for i := range list {
			if list[i].Name == name {
				list[i].Body = []byte(body)
			}
		}
		return uselitetest.Pack(t, list)
	}
	whole := uselitetest.Pack(t, entries)
	flipped := slices.Clone(whole)
	flipped[len(flipped)-6] ^= 1 // in the checksum at the end

	for name, test := range map[string]struct {
		tarball []byte
		want    []string
	}{
		"nothing":                  {nil, []string{"EOF"}},
		"not gzip":                 {[]byte("<html>not found</html>"), []string{"gzip"}},
		"gzip of nothing":          {uselitetest.Pack(t, nil), []string{"model.json", "does not have it"}},
		"cut in the middle":        {whole[:len(whole)/2], []string{"package/dist/group1-shard", "EOF"}},
		"cut before the end":       {whole[:len(whole)-3], []string{"EOF"}},
		"checksum":                 {flipped, []string{"checksum"}},
		"no graph":                 {without("package/dist/model.json"), []string{"package/dist/model.json"}},
		"no vocabulary":            {without("package/dist/vocab.json"), []string{"package/dist/vocab.json"}},
		"no weights":               {without("package/dist/group1-shard2of3"), []string{"package/dist/group1-shard2of3", "missing"}},
		"graph is no JSON":         {replaced("package/dist/model.json", "{"), []string{"package/dist/model.json"}},
		"graph is too large":       {replaced("package/dist/model.json", strings.Repeat(" ", maxGraph+1)), []string{"package/dist/model.json", "at most"}},
		"vocabulary is no JSON":    {replaced("package/dist/vocab.json", "x"), []string{"package/dist/vocab.json"}},
		"vocabulary is empty":      {replaced("package/dist/vocab.json", "[]"), []string{"package/dist/vocab.json", "0 pieces"}},
		"vocabulary is too large":  {replaced("package/dist/vocab.json", strings.Repeat(" ", maxVocab+1)), []string{"package/dist/vocab.json", "at most"}},
		"weights cut":              {replaced("package/dist/group1-shard3of3", "x"), []string{"left"}},
		"weights named twice":      {replaced("package/dist/model.json", `{"weightsManifest":[{"paths":["index.js","index.js"]}]}`), []string{"index.js", "twice"}},
		"weights elsewhere":        {replaced("package/dist/model.json", `{"weightsManifest":[{"paths":["../../etc/passwd"]}]}`), []string{"../../etc/passwd", "missing"}},
		"quantized":                {replaced("package/dist/model.json", `{"weightsManifest":[{"paths":[],"weights":[{"name":"w","dtype":"float32","shape":[0],"quantization":{"dtype":"uint8"}}]}]}`), []string{`"w"`, "quantized"}},
		"path upwards":             {with(uselitetest.Entry{Name: "package/../../evil"}), []string{"package/../../evil", "plain path"}},
		"absolute path":            {with(uselitetest.Entry{Name: "/etc/passwd"}), []string{"/etc/passwd", "plain path"}},
		"path of another system":   {with(uselitetest.Entry{Name: `package\..\evil`}), []string{"evil", "plain path"}},
		"path outside the package": {with(uselitetest.Entry{Name: "packages/x"}), []string{"packages/x", "plain path"}},
		"link":                     {with(uselitetest.Entry{Name: "package/dist/weights.bin", Type: tar.TypeSymlink}), []string{"package/dist/weights.bin", "type"}},
		"device":                   {with(uselitetest.Entry{Name: "package/dist/tty", Type: tar.TypeChar}), []string{"package/dist/tty", "type"}},
		"entry twice":              {with(uselitetest.Entry{Name: "package/dist/model.json", Body: []byte("{}")}), []string{"package/dist/model.json", "two of it"}},
		"too many entries":         {uselitetest.Pack(t, slices.Repeat(entries[:1], maxEntries+1)), []string{"more than 256 entries"}},
		"entry of a gigabyte":      {huge(t, "package/dist/x"), []string{"package/dist/x", "more than"}},
		"gzip bomb":                {bomb(t, whole), []string{"unpacked"}},
	} {
		t.Run(name, func(t *testing.T) { refuses(t, test.tarball, test.want...) })
	}
}

// refuses expects an error with all of want, and nothing written.
func refuses(t *testing.T, tarball []byte, want ...string) {
	t.Helper()
	dir := t.TempDir()
	err := Convert(t.Context(), bytes.NewReader(tarball), dir)
	if err == nil {
		t.Fatal("Convert = nil, want an error")
	}
	for _, part := range want {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("Convert = %v, want it to mention %q", err, part)
		}
	}
	if left := names(t, dir); len(left) > 0 {
		t.Errorf("Convert left %v behind", left)
	}
}

// huge is a tarball whose entry claims a gigabyte that is not there.
func huge(t *testing.T, name string) []byte {
	t.Helper()
	var packed bytes.Buffer
	zip := gzip.NewWriter(&packed)
	if err := tar.NewWriter(zip).WriteHeader(&tar.Header{Name: name, Size: 1 << 30, Mode: 0o644, Typeflag: tar.TypeReg}); err != nil {
		t.Fatal(err)
	}
	if err := zip.Close(); err != nil {
		t.Fatal(err)
	}
	return packed.Bytes()
}

// bomb adds zeros to a tarball until they unpack to more than is allowed.
func bomb(t *testing.T, tarball []byte) []byte {
	t.Helper()
	const megabyte = 1 << 20
	var zeros bytes.Buffer
	zip := gzip.NewWriter(&zeros)
	if _, err := zip.Write(make([]byte, megabyte)); err != nil {
		t.Fatal(err)
	}
	if err := zip.Close(); err != nil {
		t.Fatal(err)
	}
	return slices.Concat(tarball, bytes.Repeat(zeros.Bytes(), maxUnpacked/megabyte+1))
}

func TestConvertBoundsWhatItReads(t *testing.T) {
	var empty bytes.Buffer
	if err := gzip.NewWriter(&empty).Close(); err != nil {
		t.Fatal(err)
	}
	r := &bounded{ctx: t.Context(), r: &forever{part: empty.Bytes()}, left: 1 << 20, what: "packed"}
	zip, err := gzip.NewReader(r)
	if err != nil {
		t.Fatal(err)
	}
	if n, err := zip.Read(make([]byte, 1)); n != 0 || err == nil || !strings.Contains(err.Error(), "packed") {
		t.Errorf("reading gzip members without end = %d, %v; want an error", n, err)
	}
}

// forever reads part again and again.
type forever struct {
	part []byte
	at   int
}

func (f *forever) Read(p []byte) (int, error) {
	n := copy(p, f.part[f.at:])
	f.at = (f.at + n) % len(f.part)
	return n, nil
}

func TestConvertIsCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	dir := t.TempDir()
	err := Convert(ctx, bytes.NewReader(uselitetest.New(1).Tarball(t)), dir)
	if !errors.Is(err, context.Canceled) || len(names(t, dir)) > 0 {
		t.Errorf("Convert, cancelled = %v with files %v; want context.Canceled and none", err, names(t, dir))
	}
}

func TestConvertNamesTheFileItCannotWrite(t *testing.T) {
	for _, name := range Files() {
		dir := t.TempDir()
		if err := os.Mkdir(filepath.Join(dir, name), 0o755); err != nil {
			t.Fatal(err)
		}
		err := Convert(t.Context(), bytes.NewReader(uselitetest.New(1).Tarball(t)), dir)
		if err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("Convert where %s is a folder = %v, want an error that names it", name, err)
		}
	}
}

func FuzzConvert(f *testing.F) {
	entries := uselitetest.New(1).Entries(f)
	for i, e := range entries {
		f.Add(uint8(i), e.Body)
	}
	f.Fuzz(func(t *testing.T, which uint8, body []byte) {
		spoiled := slices.Clone(entries)
		spoiled[int(which)%len(spoiled)].Body = body
		dir := t.TempDir()
		if err := Convert(t.Context(), bytes.NewReader(uselitetest.Pack(t, spoiled)), dir); err != nil {
			return
		}
		if _, err := Open(dir); err != nil {
			t.Errorf("Open refuses what Convert took: %v", err)
		}
	})
}

func FuzzReadTarball(f *testing.F) {
	for _, e := range []uselitetest.Entry{
		{Name: "package/dist/model.json", Body: []byte("{}")},
		{Name: "package/dist/x/y", Body: []byte("y")},
		{Name: "package/../x"},
		{Name: "package/dist/x", Type: tar.TypeSymlink},
	} {
		zip, err := gzip.NewReader(bytes.NewReader(uselitetest.Pack(f, []uselitetest.Entry{e})))
		if err != nil {
			f.Fatal(err)
		}
		archive, err := io.ReadAll(zip)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(archive)
	}
	f.Fuzz(func(t *testing.T, archive []byte) {
		var packed bytes.Buffer
		zip := gzip.NewWriter(&packed)
		if _, err := zip.Write(archive); err != nil {
			t.Fatal(err)
		}
		if err := zip.Close(); err != nil {
			t.Fatal(err)
		}
		files, err := readTarball(t.Context(), &packed)
		if err != nil {
			return
		}
		for name := range files {
			if name == "" || strings.ContainsAny(name, `/\`) {
				t.Errorf("readTarball returned %q, want plain names", name)
			}
		}
	})
}
