package typo_test

import (
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/honeyguide-chat/honeyguide/intent/typo"
	"github.com/honeyguide-chat/honeyguide/knowledge/textnorm"
)

func newReader(tb testing.TB, texts []string) *typo.Reader {
	tb.Helper()
	r, err := typo.New(texts)
	if err != nil {
		tb.Fatal(err)
	}
	return r
}

func TestRead(t *testing.T) {
	r := newReader(t, shopTexts(t, "zh-CN"))
	tests := []struct {
		name, in, want string
		changes        []typo.Change
	}{
		{"same sound", "我要申请腿款", "我要申请退款", []typo.Change{{4, "腿", "退", typo.Sound}}},
		{"another tone", "钱什么时候道账", "钱什么时候到账", []typo.Change{{5, "道", "到", typo.Sound}}},
		{"n for l", "物牛一直不更新", "物流一直不更新", []typo.Change{{1, "牛", "流", typo.Sound}}},
		{"s for sh", "我的快递被别人签搜了", "我的快递被别人签收了", []typo.Change{{8, "搜", "收", typo.Sound}}},
		{"shape", "卖家已经发贷了", "卖家已经发货了", []typo.Change{{5, "贷", "货", typo.Shape}}},
		{"shape of a short word", "我己经退货了", "我已经退货了", []typo.Change{{1, "己", "已", typo.Shape}}},
		{"two in a row", "申请腿宽多久到账", "申请退款多久到账", []typo.Change{{2, "腿", "退", typo.Sound}, {3, "宽", "款", typo.Sound}}},
		{"two apart", "腿款什么时候道账", "退款什么时候到账", []typo.Change{{0, "腿", "退", typo.Sound}, {6, "道", "到", typo.Sound}}},
		{"pinyin", "我要tuikuan", "我要退款", []typo.Change{{2, "tuikuan", "退款", typo.Pinyin}}},
		{"pinyin by syllables", "zen me tui huo", "怎么退货", []typo.Change{{0, "zen me tui huo", "怎么退货", typo.Pinyin}}},
		{"pinyin by words", "kuaidi meiyou shoudao", "快递没有收到", []typo.Change{{0, "kuaidi meiyou shoudao", "快递没有收到", typo.Pinyin}}},
		{
			"long pinyin", "kuai di xian shi qian shou le dan shi wo mei you shou dao zen me ban", "快递显示签收了但是我没有收到怎么办",
			[]typo.Change{{0, "kuai di xian shi qian shou le dan shi wo mei you shou dao zen me ban", "快递显示签收了但是我没有收到怎么办", typo.Pinyin}},
		},
		{"pinyin and a typo", "tuikuan 什么时候道账", "退款 什么时候到账", []typo.Change{{0, "tuikuan", "退款", typo.Pinyin}, {12, "道", "到", typo.Sound}}},
		{"well written", "我要申请退款", "我要申请退款", nil},
		{"negation", "我从没收到过货", "我从没收到过货", nil},
		{"empty", "", "", nil},
		{"one character", "腿", "腿", nil},
		{"names", "魏珺瑶在索芙特买的", "魏珺瑶在索芙特买的", nil},
		{"dialect", "买嘅耳环冇问题 可唔可以退返", "买嘅耳环冇问题 可唔可以退返", nil},
		{"brands", "nike鞋和huawei手机", "nike鞋和huawei手机", nil},
		{"english", "i want to change it", "i want to change it", nil},
		{"numbers", "订单 123456789012 ab12cd34", "订单 123456789012 ab12cd34", nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, changes := r.Read(tt.in)
			if got != tt.want {
				t.Errorf("Read(%q) = %q, want %q", tt.in, got, tt.want)
			}
			if diff := cmp.Diff(tt.changes, changes); diff != "" {
				t.Errorf("Read(%q): changes (-want +got):\n%s", tt.in, diff)
			}
		})
	}
}

func TestReadLatin(t *testing.T) {
	r := newReader(t, slices.Repeat([]string{
		"where is my parcel", "my parcel has not arrived", "when is my refund paid",
		"the refund has not arrived", "how do i return the shoes", "i want to return it", "return the parcel",
	}, 3))
	tests := []struct {
		name, in, want string
		changes        []typo.Change
	}{
		{"swapped", "where is my pacrel", "where is my parcel", []typo.Change{{12, "pacrel", "parcel", typo.Slip}}},
		{"doubled", "how do i returnn the shoes", "how do i return the shoes", []typo.Change{{9, "returnn", "return", typo.Slip}}},
		{"left out of a pair", "i want to retturn it", "i want to return it", []typo.Change{{10, "retturn", "return", typo.Slip}}},
		{"beside the key", "when is my refunf paid", "when is my refund paid", []typo.Change{{11, "refunf", "refund", typo.Slip}}},
		{"far from the key", "when is my refunq paid", "when is my refunq paid", nil},
		{"in other company", "crispy pacrel soup", "crispy pacrel soup", nil},
		{"first letter", "where is my zarcel", "where is my zarcel", nil},
		{"short", "how fo i", "how fo i", nil},
		{"unknown word", "where is my hoverboard", "where is my hoverboard", nil},
		{"touching a digit", "where is my pacrel2", "where is my pacrel2", nil},
		{"no pinyin without Chinese", "wo yao tuikuan", "wo yao tuikuan", nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, changes := r.Read(tt.in)
			if got != tt.want {
				t.Errorf("Read(%q) = %q, want %q", tt.in, got, tt.want)
			}
			if diff := cmp.Diff(tt.changes, changes); diff != "" {
				t.Errorf("Read(%q): changes (-want +got):\n%s", tt.in, diff)
			}
		})
	}
}

// What the knowledge says often is no reason to read it where nothing else
// points to it.
func TestReadNeedsReasons(t *testing.T) {
	tests := []struct{ name, knowledge, in string }{
		{"a negation is not heard away", "我的物流一直在更新", "我的无流一直在更新"},
		{"a word in other company", "parcel late", "crispy pacrel soup"},
		{"characters that are not said together", "我要退款怎么办", "woyaotuikuantuikuan"},
		{"half of it is no pinyin", "我要退款怎么办", "woyaotuikuanxyz"},
		{"a word that touches a digit", "my parcel late", "my pacrel2 late"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := newReader(t, slices.Repeat([]string{tt.knowledge}, 5000))
			if got, changes := r.Read(tt.in); got != tt.in || changes != nil {
				t.Errorf("Read(%q) = %q, %v, want it unchanged", tt.in, got, changes)
			}
		})
	}
}

// A reader of nothing changes nothing.
func TestReadWithoutKnowledge(t *testing.T) {
	for _, texts := range [][]string{nil, {""}, {"退"}, {"😀"}} {
		r := newReader(t, texts)
		for _, in := range []string{"", "我要腿款", "where is my pacrel", "tuikuan"} {
			if got, changes := r.Read(in); got != in || changes != nil {
				t.Errorf("texts %q: Read(%q) = %q, %v, want it unchanged", texts, in, got, changes)
			}
		}
	}
}

func TestReadIsBounded(t *testing.T) {
	r := newReader(t, shopTexts(t, "zh-CN"))
	many := strings.Repeat("我要申请腿款 ", 10)
	if got, changes := r.Read(many); len(changes) != typo.MaxChanges || strings.Count(got, "退款") != typo.MaxChanges {
		t.Errorf("Read(%q): %d changes, want %d", many, len(changes), typo.MaxChanges)
	}
	late := strings.Repeat("好的 ", typo.MaxLength/3+1) + "我要申请腿款"
	if got, changes := r.Read(late); got != late || changes != nil {
		t.Errorf("Read reads on after %d characters: %v", typo.MaxLength, changes)
	}
	cut := strings.Repeat("好的 ", typo.MaxLength/3-2) + "我tuikuanxyz"
	if got, changes := r.Read(cut); got != cut || changes != nil {
		t.Errorf("Read reads the beginning of a word that is cut off: %v", changes)
	}
}

// questions returns the utterances of a file of questions that ships.
func questions(tb testing.TB, name string) []string {
	tb.Helper()
	data := read(tb, "questions/"+name)
	var out []string
	for line := range strings.Lines(data) {
		utterance, _, _ := strings.Cut(line, "\t")
		out = append(out, textnorm.Normalize(utterance))
	}
	return out[1:]
}

// Utterances of customers, of which a few do hold typos.
func TestReadLeavesMostAsItIs(t *testing.T) {
	for _, locale := range []string{"zh-CN", "en"} {
		t.Run(locale, func(t *testing.T) {
			r := newReader(t, shopTexts(t, locale))
			changed, all := 0, questions(t, "disputes."+locale+".dev.tsv")
			for _, q := range all {
				if got, changes := r.Read(q); changes != nil {
					changed++
					t.Logf("%s -> %s", q, got)
				}
			}
			if most := 0.025; float64(changed) > most*float64(len(all)) {
				t.Errorf("%d of %d utterances were changed, want at most %.1f %%", changed, len(all), 100*most)
			}
		})
	}
}

// Every utterance gets one wrong character of the same sound.
func TestReadRepairs(t *testing.T) {
	r := newReader(t, shopTexts(t, "zh-CN"))
	alike := make(map[rune][]rune)
	for line := range strings.Lines(read(t, "sounds")) {
		_, chars, _ := strings.Cut(strings.TrimSpace(line), " ")
		for _, c := range chars {
			alike[c] = append(alike[c], []rune(chars)[:min(20, utf8.RuneCountInString(chars))]...)
		}
	}
	rng := rand.New(rand.NewPCG(1, 2))
	right, wrong, all := 0, 0, 0
	for _, q := range questions(t, "disputes.zh-CN.dev.tsv") {
		spoilt := []rune(q)
		at := rng.IntN(len(spoilt))
		others := slices.DeleteFunc(slices.Clone(alike[spoilt[at]]), func(c rune) bool { return c == spoilt[at] })
		if len(others) == 0 {
			continue
		}
		spoilt[at] = others[rng.IntN(len(others))]
		all++
		switch got, _ := r.Read(string(spoilt)); got {
		case q:
			right++
		case string(spoilt):
		default:
			wrong++
		}
	}
	t.Logf("of %d typos %d repaired, %d made into something else", all, right, wrong)
	if 100*right < 55*all || 100*wrong > 8*all {
		t.Errorf("of %d typos %d repaired and %d made into something else, want at least 55 %% and at most 8 %%", all, right, wrong)
	}
}

// Equal texts give equal readers, which many may use at once.
func TestReadIsDeterministicAndConcurrent(t *testing.T) {
	texts, utterances := shopTexts(t, "zh-CN"), questions(t, "disputes.zh-CN.dev.tsv")[:100]
	one, two := newReader(t, texts), newReader(t, texts)
	type reading struct {
		Text    string
		Changes []typo.Change
	}
	var want []reading
	for _, u := range utterances {
		text, changes := one.Read(strings.ReplaceAll(u, "退", "腿"))
		want = append(want, reading{text, changes})
	}
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for i, u := range utterances {
				text, changes := two.Read(strings.ReplaceAll(u, "退", "腿"))
				if diff := cmp.Diff(want[i], reading{text, changes}); diff != "" {
					t.Errorf("Read(%q): another reader of the same texts (-one +two):\n%s", u, diff)
				}
			}
		})
	}
	wg.Wait()
}

func TestKindString(t *testing.T) {
	for kind, want := range map[typo.Kind]string{typo.Sound: "sound", typo.Shape: "shape", typo.Slip: "slip", typo.Pinyin: "pinyin", 0: "Kind(0)"} {
		if got := kind.String(); got != want {
			t.Errorf("Kind(%d).String() = %q, want %q", uint8(kind), got, want)
		}
	}
}

func FuzzRead(f *testing.F) {
	r := newReader(f, append(shopTexts(f, "zh-CN"), shopTexts(f, "en")...))
	for _, s := range []string{"", "我要腿款", "tui kuan", "where is my pacrel", "a\xff", "退\u200b款", strings.Repeat("腿", 600), strings.Repeat("xi", 60), "我  tui  kuan  ", "é tuikuan1"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, in string) {
		in = textnorm.Normalize(in)
		got, changes := r.Read(in)
		if len(changes) > typo.MaxChanges {
			t.Errorf("Read(%q): %d changes", in, len(changes))
		}
		var want strings.Builder
		runes, done := []rune(in), 0
		for _, c := range changes {
			if c.At < done || !strings.HasPrefix(string(runes[c.At:]), c.From) || c.From == "" || c.To == "" || c.From == c.To {
				t.Fatalf("Read(%q): change %+v after %d characters", in, c, done)
			}
			want.WriteString(string(runes[done:c.At]) + c.To)
			done = c.At + utf8.RuneCountInString(c.From)
		}
		want.WriteString(string(runes[done:]))
		if got != want.String() {
			t.Errorf("Read(%q) = %q, and its changes %v give %q", in, got, changes, want.String())
		}
	})
}
