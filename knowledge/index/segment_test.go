package index

import (
	"strconv"
	"testing"

	"github.com/blevesearch/bleve/v2/index/scorch"
)

// TestBuildMakesOneSegment, as every further one costs each search a look-up
// more for each term.
func TestBuildMakesOneSegment(t *testing.T) {
	docs := make([]Doc, 5000)
	for i := range docs {
		docs[i].Words = []string{strconv.Itoa(i), strconv.Itoa(i % 100)}
	}
	x, err := Build(docs)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := x.Close(); err != nil {
			t.Error(err)
		}
	}()
	if got := len(x.reader.(*scorch.IndexSnapshot).Segments()); got != 1 {
		t.Errorf("Build made %d segments, want 1", got)
	}
}
