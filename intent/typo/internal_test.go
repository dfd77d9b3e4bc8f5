package typo

import (
	"math/rand/v2"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestBlur(t *testing.T) {
	for in, want := range map[string]string{
		"zhang": "zan", "zan": "zan", "shi": "si", "chuang": "cuan", "ning": "lin",
		"lin": "lin", "niang": "lian", "dong": "dong", "a": "a", "eng": "en",
	} {
		if got := blur(in); got != want {
			t.Errorf("blur(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestBeside(t *testing.T) {
	tests := []struct {
		a, b byte
		want bool
	}{
		{'g', 'f', true},
		{'g', 'h', true},
		{'g', 't', true},
		{'g', 'y', true},
		{'g', 'v', true},
		{'g', 'b', true},
		{'g', 'n', false},
		{'g', 'r', false},
		{'g', 'g', false},
		{'q', 'w', true},
		{'q', 'a', true},
		{'q', 'p', false},
		{'p', 'l', true},
		{'m', 'k', true},
	}
	for _, tt := range tests {
		if got := beside(tt.a, tt.b); got != tt.want {
			t.Errorf("beside(%c, %c) = %v, want %v", tt.a, tt.b, got, tt.want)
		}
		if got := beside(tt.b, tt.a); got != tt.want {
			t.Errorf("beside(%c, %c) = %v, want %v", tt.b, tt.a, got, tt.want)
		}
	}
}

// counts does what a map does.
func TestCounts(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	c, want := newCounts[uint32](0), make(map[uint32]uint32)
	for range 20_000 {
		key := rng.Uint32N(5000) + 1
		*c.at(key)++
		want[key]++
	}
	for key := range uint32(6000) {
		if key > 0 && c.get(key) != want[key] {
			t.Fatalf("get(%d) = %d, want %d", key, c.get(key), want[key])
		}
	}
	n := 0
	c.each(func(key, value uint32) {
		n++
		if value != want[key] {
			t.Errorf("each yields %d: %d, want %d", key, value, want[key])
		}
	})
	if n != len(want) {
		t.Errorf("each yields %d keys, want %d", n, len(want))
	}
}

func TestTokenize(t *testing.T) {
	text := "退 ab12款é"
	want := []token{{edge, 0}, {symbolOf('退'), 0}, {edge, 1}, {word, 2}, {number, 4}, {symbolOf('款'), 6}, {word, 7}, {edge, 8}}
	got := tokenize(nil, []rune(text))
	if len(got) != len(want) {
		t.Fatalf("tokenize(%q) = %v, want %v", text, got, want)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("tokenize(%q)[%d] = %v, want %v", text, i, got[i], want[i])
		}
	}
	if r := want[1].symbol.char(); r != '退' {
		t.Errorf("char(symbolOf('退')) = %c", r)
	}
}

// The probabilities of all that may follow a symbol come to about 1: the counts
// of general Chinese are rounded to powers of two.
func TestProbabilitiesComeToOne(t *testing.T) {
	g, err := loadGeneral()
	if err != nil {
		t.Fatal(err)
	}
	m := newModel(g, []string{"我要退款", "退款多久到账", "怎么退货", "卖家不发货", "退货运费谁出"})
	for _, left := range []symbol{symbolOf('退'), symbolOf('我'), symbolOf('龘'), edge} {
		var sum float64
		for right := symbol(1); right < symbols; right++ {
			sum += m.probability(left, right)
		}
		if sum < 0.7 || sum > 1.3 {
			t.Errorf("after symbol %d: the probabilities come to %.3f", left, sum)
		}
	}
	if seen, unseen := m.probability(symbolOf('退'), symbolOf('款')), m.probability(symbolOf('退'), symbolOf('宽')); seen < 100*unseen {
		t.Errorf("退款 %.5f, 退宽 %.5f, want the first much more probable", seen, unseen)
	}
}

func TestTables(t *testing.T) {
	g, err := loadGeneral()
	if err != nil {
		t.Fatal(err)
	}
	if n := g.known(symbolOf('退'), symbolOf('款')); n < 10 {
		t.Errorf("known(退, 款) = %v", n)
	}
	if n := g.known(symbolOf('款'), symbolOf('退')); n != 0 {
		t.Errorf("known(款, 退) = %v, want 0", n)
	}
	c := loadConfusion()
	for _, pair := range []string{"退腿", "行航", "长涨", "女钕"} {
		if r := []rune(pair); !c.sameSound(symbolOf(r[0]), symbolOf(r[1])) {
			t.Errorf("%s do not sound the same", pair)
		}
	}
	for char, mates := range c.looks {
		for _, mate := range mates {
			if !char.isHan() || !mate.isHan() || char == mate {
				t.Errorf("%c looks like %c", char.char(), mate.char())
			}
		}
	}
	for _, pair := range []string{"货贷", "未末", "己已", "拔拨", "清情", "买卖", "间问"} {
		a, _ := utf8.DecodeRuneInString(pair)
		b, _ := utf8.DecodeLastRuneInString(pair)
		if !strings.ContainsRune(string(chars(c.looks[symbolOf(a)])), b) || !strings.ContainsRune(string(chars(c.looks[symbolOf(b)])), a) {
			t.Errorf("%s do not look alike", pair)
		}
	}
}

func chars(symbols []symbol) []rune {
	var out []rune
	for _, s := range symbols {
		out = append(out, s.char())
	}
	return out
}

// TestTypedForLeavesOutNothing compares with the candidates themselves, which
// reading is spared where there are none.
func TestTypedForLeavesOutNothing(t *testing.T) {
	h, err := newHanReader([]string{"转人工", "找客服", "不要机器人"})
	if err != nil {
		t.Fatal(err)
	}
	none := 0
	for s := range symbol(symbols) {
		typed := h.typed[s/64]&(1<<(s%64)) != 0
		if p := h.fill(place{}, s); len(p.candidates) > 0 && !typed {
			t.Errorf("%c may have been typed for %c, and is passed over", s.char(), p.candidates[0].symbol.char())
		}
		if !typed {
			none++
		}
	}
	if none < symbols/2 {
		t.Errorf("%d of %d characters are passed over, want most", none, symbols)
	}
}
