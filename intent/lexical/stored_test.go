package lexical_test

import (
	"bytes"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/honeyguide-chat/honeyguide/intent/lexical"
	"github.com/honeyguide-chat/honeyguide/intent/wire"
)

func TestReadSpaceAndVector(t *testing.T) {
	made := space("退款多久到账", "退货运费谁出", "怎么开发票")
	want, known := made.Vector(lexical.AppendPieces(nil, "退款运费多久 abc"))
	b := want.AppendTo(made.AppendTo(nil))
	r := wire.NewReader(b)
	read := lexical.ReadSpace(r)
	v := lexical.ReadVector(r, read.Len())
	if r.Err() != nil {
		t.Fatal(r.Err())
	}
	if diff := cmp.Diff(want, v); diff != "" {
		t.Errorf("ReadVector (-written +read):\n%s", diff)
	}
	got, share := read.Vector(lexical.AppendPieces(nil, "退款运费多久 abc"))
	if diff := cmp.Diff(want, got); diff != "" || share != known {
		t.Errorf("Vector of the space that was read: known %v, want %v (-written +read):\n%s", share, known, diff)
	}
	if !bytes.Equal(b, v.AppendTo(read.AppendTo(nil))) {
		t.Error("what was read has other bytes")
	}
	if r := wire.NewReader(want.AppendTo(nil)); lexical.ReadVector(r, int(want[len(want)-1].ID)) != nil && r.Err() == nil {
		t.Error("a vector of more dimensions than there are was read")
	}
}
