package index

import (
	"encoding/binary"
	"errors"

	"github.com/RoaringBitmap/roaring/v2"
	segment "github.com/blevesearch/scorch_segment_api/v2"
)

// postings reads, for one term after the other, the numbers of the documents
// that hold it. bleve's own reader of postings also decodes how often and where
// a document holds a term, and wraps each number three times: that takes most
// of the time of a search. It is not safe for concurrent use.
type postings struct {
	dictionary segment.TermDictionary
	list       segment.PostingsList     // to be used again
	iterator   segment.PostingsIterator // to be used again
	numbers    roaring.ManyIntIterator
	chunk      [512]uint32
	only       []uint32 // the numbers where there is but one
}

// errForm means that bleve keeps postings in a way that this package does not
// know.
var errForm = errors.New("bleve's postings have another form")

// open turns to a term that the index holds.
func (p *postings) open(term uint32) (err error) {
	var name [4]byte
	binary.BigEndian.PutUint32(name[:], term)
	if p.list, err = p.dictionary.PostingsList(name[:], nil, p.list); err != nil {
		return err
	}
	p.iterator = p.list.Iterator(false, false, false, p.iterator)
	form, ok := p.iterator.(segment.OptimizablePostingsIterator)
	if !ok {
		return errForm
	}
	p.only = nil
	if number, one := form.DocNum1Hit(); one {
		p.chunk[0] = uint32(number)
		p.only = p.chunk[:1]
		return nil
	}
	held := form.ActualBitmap()
	if held == nil {
		return errForm
	}
	p.numbers.Initialize(held)
	return nil
}

// next returns more of the numbers, ascending, or none at the end. They are
// good until the next call.
func (p *postings) next() []uint32 {
	if p.only != nil {
		out := p.only
		p.only = p.only[:0]
		return out
	}
	return p.chunk[:p.numbers.NextMany(p.chunk[:])]
}
