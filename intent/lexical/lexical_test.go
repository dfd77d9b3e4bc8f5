package lexical_test

import (
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/honeyguide-chat/honeyguide/intent/lexical"
)

func TestPieces(t *testing.T) {
	tests := []struct {
		name, in string
		want     []string
	}{
		{"empty", "", nil},
		{"Chinese", "退款吗", []string{"h退", "h退款", "h款", "h款吗", "h吗"}},
		{"a word", "is", []string{"wis", "c^is", "c^is$", "cis$"}},
		{"two words", "a b", []string{"wa", "c^a$", "wb", "ba b", "c^b$"}},
		{"mixed", "买5个", []string{"h买", "w5", "c^5$", "h个"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(keysOf(tt.want...), lexical.AppendPieces(nil, tt.in)); diff != "" {
				t.Errorf("AppendPieces(nil, %q), not of %q (-want +got):\n%s", tt.in, tt.want, diff)
			}
		})
	}
}

func keysOf(pieces ...string) []lexical.Key {
	var keys []lexical.Key
	for _, p := range pieces {
		keys = append(keys, lexical.KeyOf(p))
	}
	return keys
}

func TestPiecesGoBehindOthers(t *testing.T) {
	got := lexical.AppendPieces(keysOf("s1"), "吗")
	if diff := cmp.Diff(keysOf("s1", "h吗"), got); diff != "" {
		t.Errorf("AppendPieces (-want +got):\n%s", diff)
	}
}

func TestPiecesAreBounded(t *testing.T) {
	for name, text := range map[string]string{
		"one long word":    strings.Repeat("a", 100_000),
		"one long run":     strings.Repeat("退货", 50_000),
		"very many words":  strings.Repeat("a ", 50_000),
		"alternating runs": strings.Repeat("退a", 50_000),
	} {
		if n := len(lexical.AppendPieces(keysOf("s1"), text)); n > 1+2048 {
			t.Errorf("%s: %d pieces, want at most 2048 more than before", name, n)
		}
	}
}

func space(texts ...string) *lexical.Space {
	var pieces [][]lexical.Key
	for _, t := range texts {
		pieces = append(pieces, lexical.AppendPieces(nil, t))
	}
	return lexical.NewSpace(pieces)
}

func TestVector(t *testing.T) {
	s := space("退款多久到账", "退货运费谁出", "怎么开发票")
	v, known := s.Vector(lexical.AppendPieces(nil, "退款多久到账"))
	if math.Abs(v.Dot(v)-1) > 1e-6 {
		t.Errorf("length of a vector = %v, want 1", v.Dot(v))
	}
	if known != 1 {
		t.Errorf("known share of a text of the space = %v, want 1", known)
	}
	if v.Covered(v) < 1-1e-6 {
		t.Errorf("Covered by itself = %v, want 1", v.Covered(v))
	}
	half, known := s.Vector(lexical.AppendPieces(nil, "退款xyz"))
	if known <= 0 || known >= 1 || half.Dot(v) <= 0 {
		t.Errorf("half-known text: known %v, cosine %v, want between 0 and 1", known, half.Dot(v))
	}
	if strange, known := s.Vector(lexical.AppendPieces(nil, "xyz")); strange != nil || known != 0 {
		t.Errorf("Vector of unknown pieces = %v, %v, want none", strange, known)
	}
}

func TestRarePiecesWeighMore(t *testing.T) {
	s := space("退款慢", "退货慢", "发票慢")
	v, _ := s.Vector(lexical.AppendPieces(nil, "发票慢"))
	invoice, _ := s.Vector(keysOf("h发"))
	slow, _ := s.Vector(keysOf("h慢"))
	if v.Dot(invoice) <= v.Dot(slow) {
		t.Errorf("a rare piece weighs %v, one in every text %v: want more", v.Dot(invoice), v.Dot(slow))
	}
}

func FuzzPieces(f *testing.F) {
	f.Add("退款 where is 5")
	s := space("退款多久到账", "where is my parcel")
	f.Fuzz(func(t *testing.T, text string) {
		pieces := lexical.AppendPieces(nil, text)
		if len(pieces) > 2048 {
			t.Errorf("AppendPieces(nil, %q) gives %d pieces", text, len(pieces))
		}
		v, known := s.Vector(pieces)
		if !(known >= 0 && known <= 1) || len(v) > 0 && math.Abs(v.Dot(v)-1) > 1e-4 {
			t.Errorf("Vector of %q: known %v, length %v", text, known, v.Dot(v))
		}
	})
}

func TestAmong(t *testing.T) {
	v, _ := lexical.FromSums(lexical.Vector{{ID: 1, Weight: 3}, {ID: 5, Weight: 4}})
	tests := []struct {
		name  string
		keep  func(uint32) bool
		want  lexical.Vector
		share float64
	}{
		{"all", func(uint32) bool { return true }, v, 1},
		{"one term", func(id uint32) bool { return id == 5 }, lexical.Vector{{ID: 5, Weight: 1}}, 0.64},
		{"none", func(uint32) bool { return false }, lexical.Vector{}, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, share := v.Among(tt.keep)
			if diff := cmp.Diff(tt.want, got); diff != "" || math.Abs(share-tt.share) > 1e-6 {
				t.Errorf("Among = share %v, want %v; vector (-want +got):\n%s", share, tt.share, diff)
			}
		})
	}
}
