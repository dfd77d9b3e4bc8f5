package typo

import (
	"math"
	"testing"
)

// What is passed over unread must be what could not have won.
func TestBounds(t *testing.T) {
	if certain <= math.Exp(doubt) {
		t.Errorf("certain = %v, want more than %v", certain, math.Exp(doubt))
	}
	g, err := loadGeneral()
	if err != nil {
		t.Fatal(err)
	}
	m := newModel(g, []string{"退款多久到账", "退货运费谁出", "怎么开发票", "的的的的", "a 的 1", "退款"})
	some := []symbol{edge, word, number, symbolOf('退'), symbolOf('款'), symbolOf('的'), symbolOf('到'), symbolOf('龘')}
	for left := symbol(1); left < symbols; left++ {
		for _, right := range append(some, g.next[g.rows[left]:g.rows[left+1]]...) {
			p, least := m.probability(left, right), m.least(left, right)
			if math.Log(p) >= highest {
				t.Errorf("probability(%c, %c) = %v, want less than %v", left.char(), right.char(), p, math.Exp(highest))
			}
			if least > p {
				t.Errorf("least(%c, %c) = %v, want at most %v", left.char(), right.char(), least, p)
			}
		}
	}
}

func TestFilter(t *testing.T) {
	c := newCounts[uint32](0)
	for key := uint32(1); key < 5000; key += 3 {
		*c.at(key * 0x01000193) = 1
	}
	f := newFilter(c)
	vain := 0
	for key := uint32(1); key < 5000; key++ {
		switch k := key * 0x01000193; {
		case c.get(k) > 0 && !f.may(k):
			t.Errorf("may(%d) = false of a key", k)
		case c.get(k) == 0 && f.may(k):
			vain++
		}
	}
	if vain > 5000/8 {
		t.Errorf("%d of 3,333 others may be keys, want few", vain)
	}
}
