package intent_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/honeyguide-chat/honeyguide/intent"
	"github.com/honeyguide-chat/honeyguide/knowledge"
)

func save(t testing.TB, m *intent.Matcher) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := m.Save(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestTrainingIsTheSameBitForBit(t *testing.T) {
	for name, o := range map[string]intent.Options{"one worker": {Workers: 1}, "many workers": {Workers: 7}} {
		t.Run(name, func(t *testing.T) {
			m, err := intent.Build(t.Context(), knowledge.NewTree(small()), o)
			if err != nil {
				t.Fatal(err)
			}
			defer m.Close()
			if !bytes.Equal(save(t, m), save(t, build(t, small()))) {
				t.Error("two trainings of one tree differ")
			}
		})
	}
}

func TestLoadGivesTheSameMatcher(t *testing.T) {
	for name, o := range map[string]intent.Options{"plain": {}, "with an embedder": {Embedder: &subjects{}}} {
		t.Run(name, func(t *testing.T) {
			tree := knowledge.NewTree(small())
			built, err := intent.Build(t.Context(), tree, o)
			if err != nil {
				t.Fatal(err)
			}
			defer built.Close()
			loaded, err := intent.Load(t.Context(), tree, o, bytes.NewReader(save(t, built)))
			if err != nil {
				t.Fatal(err)
			}
			defer loaded.Close()
			for _, utterance := range []string{"退款的钱几天到账", "发票", "退贷运费谁出", "今天天气怎么样"} {
				a, err := built.Explain(t.Context(), utterance, "", noon)
				if err != nil {
					t.Fatal(err)
				}
				b, err := loaded.Explain(t.Context(), utterance, "", noon)
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(a, b); diff != "" {
					t.Errorf("Explain(%q) differs (-built +loaded):\n%s", utterance, diff)
				}
			}
			if !bytes.Equal(save(t, loaded), save(t, built)) {
				t.Error("what was loaded is saved as other bytes")
			}
		})
	}
}

func TestLoadRefusesAForeignModel(t *testing.T) {
	model := save(t, build(t, small()))
	other := small()
	other.Nodes[0].Similar[0] += "呢"
	worse := bytes.Clone(model)
	worse[3]++ // the generation
	tests := []struct {
		name  string
		doc   knowledge.Document
		o     intent.Options
		model []byte
	}{
		{"another question", other, intent.Options{}, model},
		{"another tolerance", small(), intent.Options{Tolerance: 0.2}, model},
		{"a test more", small(), intent.Options{Tests: []intent.Test{{Utterance: "退钱"}}}, model},
		{"an embedder", small(), intent.Options{Embedder: &subjects{}}, model},
		{"another generation", small(), intent.Options{}, worse},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := intent.Load(t.Context(), knowledge.NewTree(tt.doc), tt.o, bytes.NewReader(tt.model))
			if !errors.Is(err, intent.ErrForeign) {
				t.Errorf("Load = %v, want ErrForeign", err)
			}
		})
	}
}

func TestLoadRefusesADamagedModel(t *testing.T) {
	model := save(t, build(t, small()))
	tree := knowledge.NewTree(small())
	for n := 0; n < len(model); n += max(1, len(model)/40) {
		if _, err := intent.Load(t.Context(), tree, intent.Options{}, bytes.NewReader(model[:n])); !errors.Is(err, intent.ErrDamaged) {
			t.Fatalf("Load of the first %d of %d bytes = %v, want ErrDamaged", n, len(model), err)
		}
	}
}

// A damaged model is refused by its checksum. One whose checksum fits may give
// other figures; it must not crash.
func FuzzLoad(f *testing.F) {
	model := save(f, build(f, small()))
	tree := knowledge.NewTree(small())
	f.Add(100, byte(0xff))
	f.Add(36, byte(0x80))
	for i := range 64 {
		f.Add(len(model)*i/64, byte(1<<(i%8)))
	}
	f.Fuzz(func(t *testing.T, at int, by byte) {
		bad := bytes.Clone(model)
		bad[uint(at)%uint(len(bad))] ^= by
		if _, err := intent.Load(t.Context(), tree, intent.Options{}, bytes.NewReader(bad)); by != 0 && err == nil {
			t.Error("a damaged model was loaded")
		}
		const head = 4 + 32 + 4 + 4 // magic, fingerprint, size, checksum
		binary.LittleEndian.PutUint32(bad[head-4:], crc32.Checksum(bad[head:], crc32.MakeTable(crc32.Castagnoli)))
		m, err := intent.Load(t.Context(), tree, intent.Options{}, bytes.NewReader(bad))
		if err != nil {
			return
		}
		defer m.Close()
		match(t, m, "退款的钱几天到账")
	})
}
