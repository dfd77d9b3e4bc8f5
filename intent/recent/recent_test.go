package recent_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/honeyguide-chat/honeyguide/intent"
	"github.com/honeyguide-chat/honeyguide/intent/recent"
	"github.com/honeyguide-chat/honeyguide/knowledge"
)

var noon = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

// saying answers with what it is asked, and counts.
type saying struct {
	calls atomic.Int64
	err   error // of every call
	away  error // of every result
}

func (s *saying) Match(_ context.Context, utterance string, topic knowledge.NodeID, now time.Time) (intent.Result, error) {
	s.calls.Add(1)
	if s.err != nil {
		return intent.Result{}, s.err
	}
	c := intent.Candidate{Node: topic, Question: intent.Key(utterance) + " " + now.Format(time.RFC3339)}
	return intent.Result{Candidates: []intent.Candidate{c}, Others: []intent.Candidate{c}, Away: s.away}, nil
}

func treeOf(valid ...knowledge.Validity) *knowledge.Tree {
	var doc knowledge.Document
	for i, v := range valid {
		doc.Nodes = append(doc.Nodes, &knowledge.Node{ID: knowledge.NodeID(fmt.Sprint("n", i)), Valid: v})
	}
	return knowledge.NewTree(doc)
}

func newCache(t *testing.T, m recent.Matcher, tree *knowledge.Tree, entries int) *recent.Cache {
	t.Helper()
	c, err := recent.New(m, tree, entries)
	if err != nil {
		t.Fatalf("New(%d entries) = %v", entries, err)
	}
	return c
}

// call is one match, and whether the matcher must be asked for it.
type call struct {
	utterance string
	topic     knowledge.NodeID
	at        time.Duration // after noon
	asks      bool
}

func TestCacheMatch(t *testing.T) {
	long := strings.Repeat("退款", recent.MaxKey/6+1)
	sale := knowledge.Validity{From: noon.Add(time.Hour), Until: noon.Add(2 * time.Hour)}
	for _, tt := range []struct {
		name    string
		entries int
		tree    *knowledge.Tree
		calls   []call
	}{
		{"again", 9, treeOf(), []call{{"退款", "", 0, true}, {"退款", "", 0, false}, {"退款", "", 100 * time.Hour, false}}},
		{"in other marks, script and width", 9, treeOf(), []call{{"退貨？", "", 0, true}, {" 退货!", "", 0, false}, {"ＶＩＰ", "", 0, true}, {"vip", "", 0, false}}},
		{"another topic", 9, treeOf(), []call{{"要多久", "refund", 0, true}, {"要多久", "", 0, true}, {"要多久", "refund", 0, false}}},
		{"cut into other clauses", 9, treeOf(), []call{{"退款多久到账。运费谁出", "", 0, true}, {"退款多久到账运费谁出", "", 0, true}}},
		{"a node becomes valid and ends", 9, treeOf(knowledge.Validity{}, sale), []call{
			{"a", "", 0, true},
			{"a", "", time.Hour - 1, false},
			{"a", "", time.Hour, true},
			{"a", "", 2*time.Hour - 1, false},
			{"a", "", 2 * time.Hour, true},
			{"a", "", 0, false}, // the clock was put back: as it was then
		}},
		{"the least recent one goes", 2, treeOf(), []call{
			{"a", "", 0, true}, {"b", "", 0, true}, {"a", "", 0, false}, {"c", "", 0, true}, {"a", "", 0, false}, {"b", "", 0, true},
		}},
		{"too long", 9, treeOf(), []call{{long, "", 0, true}, {long, "", 0, true}}},
		{"nothing", 9, treeOf(), []call{{"", "", 0, true}, {"？", "", 0, false}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m := &saying{}
			c := newCache(t, m, tt.tree, tt.entries)
			for i, call := range tt.calls {
				before := m.calls.Load()
				if _, err := c.Match(t.Context(), call.utterance, call.topic, noon.Add(call.at)); err != nil {
					t.Fatalf("%d: Match(%q) = %v", i, call.utterance, err)
				}
				if asked := m.calls.Load() > before; asked != call.asks {
					t.Errorf("%d: Match(%q, %q, noon+%v) asked the matcher: %t, want %t", i, call.utterance, call.topic, call.at, asked, call.asks)
				}
			}
		})
	}
}

func TestCacheKeepsNoFailure(t *testing.T) {
	broken, away := errors.New("broken"), errors.New("connection refused")
	m := &saying{err: broken}
	c := newCache(t, m, treeOf(), 9)
	if _, err := c.Match(t.Context(), "a", "", noon); !errors.Is(err, broken) {
		t.Errorf("Match = %v, want %v", err, broken)
	}
	m.err, m.away = nil, away
	if r, err := c.Match(t.Context(), "a", "", noon); err != nil || !errors.Is(r.Away, away) {
		t.Errorf("Match after an error = away %v, %v, want %v", r.Away, err, away)
	}
	m.away = nil
	if r, err := c.Match(t.Context(), "a", "", noon); err != nil || r.Away != nil {
		t.Errorf("Match with the embedder back = away %v, %v, want it asked", r.Away, err)
	}
	m.away = away
	if r, err := c.Match(t.Context(), "a", "", noon); err != nil || r.Away != nil {
		t.Errorf("Match with the embedder away again = away %v, %v, want what is kept", r.Away, err)
	}
}

func TestCacheResultsAreTheCallersOwn(t *testing.T) {
	c := newCache(t, &saying{}, treeOf(), 9)
	var want intent.Result
	for i := range 3 {
		got, err := c.Match(t.Context(), "a", "topic", noon)
		if err != nil {
			t.Fatal(err)
		}
		if i == 0 {
			want = got
			want.Candidates = append([]intent.Candidate(nil), got.Candidates...)
			want.Others = append([]intent.Candidate(nil), got.Others...)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("Match, call %d (-want +got):\n%s", i, diff)
		}
		got.Candidates[0].Node, got.Others[0].Node = "spoilt", "spoilt"
	}
}

func TestCacheConcurrently(t *testing.T) {
	c := newCache(t, &saying{}, treeOf(knowledge.Validity{From: noon.Add(time.Hour)}), 8)
	var wg sync.WaitGroup
	for w := range 8 {
		wg.Go(func() {
			for i := range 2000 {
				topic, text := knowledge.NodeID(fmt.Sprint("t", i%3)), fmt.Sprint("utterance ", (i*w)%11)
				at := noon.Add(time.Duration(i%2) * 2 * time.Hour)
				r, err := c.Match(t.Context(), text, topic, at)
				if err != nil {
					t.Error(err)
					return
				}
				// Said in the same period, not at the same moment.
				if got, want := r.Candidates[0], (intent.Candidate{Node: topic, Question: text + " " + at.Format(time.RFC3339)}); got != want {
					t.Errorf("Match(%q, %q) = %v, want %v", text, topic, got, want)
					return
				}
				r.Candidates[0].Node = "spoilt"
			}
		})
	}
	wg.Wait()
}

func TestNewRefusesEntries(t *testing.T) {
	for _, n := range []int{-1, 0, recent.MaxEntries + 1} {
		if _, err := recent.New(&saying{}, treeOf(), n); err == nil {
			t.Errorf("New(%d entries) = nil, want an error", n)
		}
	}
}

func BenchmarkCacheHit(b *testing.B) {
	c, err := recent.New(&saying{}, treeOf(), 9)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := c.Match(b.Context(), "签收第8天了还能退吗", "", noon); err != nil {
			b.Fatal(err)
		}
	}
}
