package index

import (
	"errors"
	"fmt"

	"github.com/RoaringBitmap/roaring/v2"
	"github.com/blevesearch/bleve/v2/index/scorch"
	bleveindex "github.com/blevesearch/bleve_index_api"
	segment "github.com/blevesearch/scorch_segment_api/v2"
)

// segmentOf returns the one segment that holds all of an index, or nil of an
// index of nothing.
func segmentOf(reader bleveindex.IndexReader) (segment.Segment, error) {
	snapshot, ok := reader.(*scorch.IndexSnapshot)
	if !ok {
		return nil, fmt.Errorf("index: bleve reads by %T", reader)
	}
	switch all := snapshot.Segments(); len(all) {
	case 0:
		return nil, nil
	case 1:
		return all[0].Segment(), nil
	default:
		return nil, fmt.Errorf("index: bleve made %d segments", len(all))
	}
}

// postings reads, for one term after the other, the numbers of the documents
// that hold it. bleve's own reader of postings also decodes how often and where
// a document holds a term, and wraps each number three times: that takes most
// of the time of a search. It is not safe for concurrent use.
type postings struct {
	dictionaries [fields]segment.TermDictionary
	list         segment.PostingsList     // to be used again
	iterator     segment.PostingsIterator // to be used again
	numbers      roaring.ManyIntIterator
	chunk        [512]uint32
	only         []uint32 // the numbers where there is but one
}

func newPostings(s segment.Segment) (*postings, error) {
	p := &postings{}
	for f, name := range fieldNames {
		var err error
		if p.dictionaries[f], err = s.Dictionary(name); err != nil {
			return nil, err
		}
	}
	return p, nil
}

// errForm means that bleve keeps postings in a way that this package does not
// know.
var errForm = errors.New("bleve's postings have another form")

// open turns to a term that the index holds.
func (p *postings) open(t term) (err error) {
	if p.list, err = p.dictionaries[t.field].PostingsList([]byte(t.text), nil, p.list); err != nil {
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
