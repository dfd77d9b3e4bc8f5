package textnorm

import "testing"

// The short way of a plain text must lead where the long one does.
func TestPlainTextsTakeAShorterWay(t *testing.T) {
	plains := 0
	for r := range rune(0x20000) {
		for _, text := range []string{string(r), "a" + string(r) + "b", "好" + string(r) + string(r) + string(r) + "好", "ww" + string(r) + "w", "干" + string(r)} {
			if !plain(text) {
				continue
			}
			plains++
			if got, want := squeeze(text), normalizeAny(text); got != want {
				t.Errorf("squeeze(%q) = %q, want %q", text, got, want)
			}
		}
	}
	if plains < 80_000 {
		t.Errorf("%d texts are plain: the test shows nothing", plains)
	}
}

func TestPlain(t *testing.T) {
	tests := []struct {
		name, in string
		want     bool
	}{
		{"empty", "", true},
		{"Chinese and its marks", "为什么？！！不退款…", true},
		{"ASCII", "Where is my parcel?", true},
		{"traditional", "運費險", false},
		{"a character that is also traditional", "一目瞭然", false},
		{"the same elsewhere", "一目", true},
		{"full width", "ＡＢＣ", false},
		{"a link", "http://a", false},
		{"the host of a link", "see WwW.shop.example", false},
		{"marks that become a link's", "www…a", false},
		{"an address", "a@b", false},
		{"emoji", "😡", false},
		{"invalid UTF-8", "a\xffb", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := plain(tt.in); got != tt.want {
				t.Errorf("plain(%q) = %v, want %v", tt.in, got, tt.want)
			}
		})
	}
}

func FuzzPlain(f *testing.F) {
	for _, s := range []string{"为什么？！", "A\x00b", "www…a", "ww w", "干\x7f干", "发发发发现"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if got, want := Normalize(s), normalizeAny(s); got != want {
			t.Errorf("Normalize(%q) = %q, want %q", s, got, want)
		}
	})
}
