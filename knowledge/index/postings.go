package index

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"

	"github.com/RoaringBitmap/roaring/v2"
	segment "github.com/blevesearch/scorch_segment_api/v2"
)

// posting is a document that holds a term (24 bits), and how many different
// terms that document has (8 bits): what a search needs to score it, so that it
// reads postings in a row and nothing else. The last length stands for all that
// are longer.
type posting uint32

// Limits of a posting.
const (
	maxDocuments = 1 << 24
	longest      = 1<<8 - 1
)

func postingOf(number, length uint32) posting {
	return posting(number<<8 | min(length, longest))
}

func (p posting) number() uint32 { return uint32(p >> 8) }
func (p posting) length() uint8  { return uint8(p) }

// errForm means that bleve keeps postings in a way that this package does not
// know.
var errForm = errors.New("bleve's postings have another form")

// lay reads all postings out of bleve's segment into one list, in the order of
// the terms. frequency says how many documents hold each of them.
func (x *Index) lay(frequency []uint32) error {
	x.starts = make([]uint32, len(frequency)+1)
	total := uint64(0)
	for t, n := range frequency {
		total += uint64(n)
		x.starts[t+1] = uint32(total)
	}
	held := uint64(0)
	for _, n := range x.lengths {
		held += uint64(n)
	}
	if total != held || total > math.MaxUint32 {
		return fmt.Errorf("%d postings of documents of %d terms", total, held)
	}
	if x.segment == nil {
		return nil
	}
	dictionary, err := x.segment.Dictionary(fieldName)
	if err != nil {
		return err
	}
	r := reader{dictionary: dictionary}
	x.postings = make([]posting, 0, x.starts[len(frequency)])
	for t, n := range frequency {
		if n == 0 {
			continue
		}
		if err := r.open(uint32(t)); err != nil {
			return err
		}
		for numbers := r.next(); len(numbers) > 0; numbers = r.next() {
			for _, number := range numbers {
				if int(number) >= len(x.lengths) {
					return fmt.Errorf("document %d of %d", number, len(x.lengths))
				}
				x.postings = append(x.postings, postingOf(number, x.lengths[number]))
			}
		}
		if len(x.postings) != int(x.starts[t+1]) {
			return fmt.Errorf("term %d is not in %d documents", t, n)
		}
	}
	return nil
}

// of returns the documents that hold a term, ascending.
func (x *Index) of(term uint32) []posting {
	return x.postings[x.starts[term]:x.starts[term+1]]
}

// frequency returns how many documents hold a term.
func (x *Index) frequency(term uint32) int {
	return int(x.starts[term+1] - x.starts[term])
}

// reader reads, for one term after the other, the numbers of the documents
// that hold it. bleve's own reader of postings also decodes how often and where
// a document holds a term, and wraps each number three times.
type reader struct {
	dictionary segment.TermDictionary
	list       segment.PostingsList     // to be used again
	iterator   segment.PostingsIterator // to be used again
	numbers    roaring.ManyIntIterator
	chunk      [512]uint32
	only       []uint32 // the numbers where there is but one
}

// open turns to a term that the index holds.
func (r *reader) open(term uint32) (err error) {
	var name [4]byte
	binary.BigEndian.PutUint32(name[:], term)
	if r.list, err = r.dictionary.PostingsList(name[:], nil, r.list); err != nil {
		return err
	}
	r.iterator = r.list.Iterator(false, false, false, r.iterator)
	form, ok := r.iterator.(segment.OptimizablePostingsIterator)
	if !ok {
		return errForm
	}
	r.only = nil
	if number, one := form.DocNum1Hit(); one {
		r.chunk[0] = uint32(number)
		r.only = r.chunk[:1]
		return nil
	}
	held := form.ActualBitmap()
	if held == nil {
		return errForm
	}
	r.numbers.Initialize(held)
	return nil
}

// next returns more of the numbers, ascending, or none at the end. They are
// good until the next call.
func (r *reader) next() []uint32 {
	if r.only != nil {
		out := r.only
		r.only = r.only[:0]
		return out
	}
	return r.chunk[:r.numbers.NextMany(r.chunk[:])]
}
