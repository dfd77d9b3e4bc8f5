package segment_test

import (
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/honeyguide-chat/honeyguide/knowledge/segment"
)

func TestCut(t *testing.T) {
	s := segment.New([]string{"运费险", "七天无理由"})
	tests := []struct {
		name, in string
		want     []string
	}{
		{"empty", "", []string{}},
		{"latin", "where is my parcel", []string{"where", "is", "my", "parcel"}},
		{"dictionary words", "快递还没有到", []string{"快递", "还", "没有", "到"}},
		{"shop's word", "运费险怎么赔", []string{"运", "费", "险", "怎么", "赔", "运费险"}},
		{"mixed", "iphone15 屏幕碎了", []string{"iphone15", "屏幕", "碎", "了"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, s.Cut(tt.in)); diff != "" {
				t.Errorf("Cut(%q) (-want +got):\n%s", tt.in, diff)
			}
		})
	}
}

// The common dictionary is shared by every shop's segmenter.
func TestCutIsSafeForConcurrentUse(t *testing.T) {
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			s := segment.New([]string{"极速退款"})
			for range 200 {
				if got := s.Cut("极速退款多久到账"); !slices.Contains(got, "极速退款") {
					t.Errorf("Cut = %v, want the shop's word in it", got)
					return
				}
			}
		})
	}
	wg.Wait()
}

func FuzzCut(f *testing.F) {
	s := segment.New([]string{"运费险"})
	f.Add("运费险abc 1")
	f.Fuzz(func(t *testing.T, text string) {
		for _, w := range s.Cut(text) {
			if w == "" || strings.ContainsAny(w, " \n\t") {
				t.Errorf("Cut(%q) gives the word %q", text, w)
			}
		}
	})
}

func BenchmarkCut(b *testing.B) {
	s := segment.New([]string{"运费险"})
	b.ReportAllocs()
	for b.Loop() {
		s.Cut("签收第8天了还能退吗快递柜签的我昨天才拿")
	}
}
