package typo_test

import (
	"bytes"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/honeyguide-chat/honeyguide/intent/typo"
)

func TestRestoreGivesTheSameReader(t *testing.T) {
	for name, texts := range map[string][]string{
		"nothing": nil,
		"Chinese": {"退款多久到账", "快递丢了怎么办", "运费险怎么赔", "淘金币怎么用 app"},
		"English": {"where is my parcel", "how do i return a damaged parcel"},
	} {
		t.Run(name, func(t *testing.T) {
			made, err := typo.New(texts)
			if err != nil {
				t.Fatal(err)
			}
			b := made.AppendTo(nil)
			restored, err := typo.Restore(b)
			if err != nil {
				t.Fatal(err)
			}
			for _, text := range []string{"退宽多久到账", "快第丢了怎么办", "yunfei怎么赔", "wher is my parcle", "damagd parcel"} {
				want, wanted := made.Read(text)
				got, changes := restored.Read(text)
				if got != want || cmp.Diff(wanted, changes) != "" {
					t.Errorf("Read(%q) = %q, %v, want %q, %v", text, got, changes, want, wanted)
				}
			}
			if !bytes.Equal(b, restored.AppendTo(nil)) {
				t.Error("what was restored has other bytes")
			}
		})
	}
}

func FuzzRestore(f *testing.F) {
	made, err := typo.New([]string{"退款多久到账 app", "where is my parcel"})
	if err != nil {
		f.Fatal(err)
	}
	good := made.AppendTo(nil)
	f.Add(good)
	f.Add(good[:len(good)/2])
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, b []byte) {
		if r, err := typo.Restore(b); err == nil {
			r.Read("退宽多久到账 wher is my parcle")
		}
	})
}
