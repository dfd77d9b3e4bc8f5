// Package rerank measures how well a matcher puts those of a few sentences first
// that mean the same as a query.
//
// A set is JSON lines: an object a line with query, a string, and same and
// different, lists of the sentences that mean the same and of those that do not.
// All sentences of a set become the nodes of one tree, each the only question of
// its own, and for each query the nodes of its sentences alone are ranked.
package rerank

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/honeyguide-chat/honeyguide/intent"
	"github.com/honeyguide-chat/honeyguide/knowledge"
)

// List is one query with the sentences to be ranked.
type List struct {
	Query     string
	Same      []string // never empty
	Different []string
	File      string
	Line      int // from 1
}

// Ranker is what is measured.
type Ranker interface {
	// Rank returns those of nodes that utterance may be about, best first.
	Rank(ctx context.Context, utterance string, nodes []knowledge.NodeID) ([]intent.Candidate, error)
}

// Set is lists with the tree of their sentences.
type Set struct {
	Tree  *knowledge.Tree
	lists []List
	nodes map[string]knowledge.NodeID
}

// NewSet makes the tree. It fails where there are more than knowledge.MaxNodes
// different sentences.
func NewSet(lists []List, locale string) (*Set, error) {
	s := &Set{lists: lists, nodes: make(map[string]knowledge.NodeID)}
	for _, l := range lists {
		for _, text := range slices.Concat(l.Same, l.Different) {
			s.nodes[text] = ""
		}
	}
	if n := len(s.nodes); n > knowledge.MaxNodes {
		return nil, fmt.Errorf("rerank: there are %d sentences, at most %d are allowed", n, knowledge.MaxNodes)
	}
	doc := knowledge.Document{Title: "sentences", Locale: locale}
	texts := make([]string, 0, len(s.nodes))
	for text := range s.nodes {
		texts = append(texts, text)
	}
	slices.Sort(texts)
	for i, text := range texts {
		id := knowledge.NodeID(fmt.Sprintf("s%d", i+1))
		s.nodes[text] = id
		doc.Nodes = append(doc.Nodes, &knowledge.Node{ID: id, Title: string(id), Question: text})
	}
	s.Tree = knowledge.NewTree(doc)
	return s, nil
}

// Report is what a run found.
type Report struct {
	Lists int `json:"lists"`
	// First is the lists of which a sentence of the same meaning comes first:
	// precision at one.
	First int `json:"first"`
	// PrecisionAt1 is First as a share.
	PrecisionAt1 float64 `json:"precisionAt1"`
	// MeanAveragePrecision is the mean over the lists of their average precision:
	// the mean, over the sentences of the same meaning, of the share of such
	// sentences among those down to each (Manning, Raghavan and Schütze,
	// Introduction to Information Retrieval, 2008, section 8.4).
	MeanAveragePrecision float64 `json:"meanAveragePrecision"`
	// Unranked is the sentences that the ranker left out.
	Unranked int `json:"unranked"`
	// Wrong is the lists of which another sentence comes first.
	Wrong []Miss `json:"wrong"`
}

// Miss is a list of which a sentence of another meaning comes first.
type Miss struct {
	Line  int    `json:"line"`
	Query string `json:"query"`
	Same  string `json:"same"` // the best of them
	First string `json:"first"`
}

// Measure ranks every list. Sentences that the ranker leaves out come last, those
// of another meaning before the others: what is not told apart is not credited.
// It stops at the first error of the ranker and when ctx ends. progress, which
// may be nil, is called after each list with how many are done.
func (s *Set) Measure(ctx context.Context, r Ranker, progress func(done int)) (*Report, error) {
	out := &Report{Lists: len(s.lists), Wrong: []Miss{}}
	sum := 0.0
	for i, l := range s.lists {
		if err := context.Cause(ctx); err != nil {
			return nil, fmt.Errorf("rerank: after %d of %d lists: %w", i, len(s.lists), err)
		}
		ranked, unranked, err := s.rank(ctx, r, l)
		if err != nil {
			return nil, fmt.Errorf("rerank: %s:%d: ranking: %w", l.File, l.Line, err)
		}
		out.Unranked += unranked
		sum += averagePrecision(ranked)
		if ranked[0].same {
			out.First++
		} else {
			best := slices.IndexFunc(ranked, func(x sentence) bool { return x.same })
			out.Wrong = append(out.Wrong, Miss{l.Line, l.Query, ranked[best].text, ranked[0].text})
		}
		if progress != nil {
			progress(i + 1)
		}
	}
	if out.Lists > 0 {
		out.PrecisionAt1 = float64(out.First) / float64(out.Lists)
		out.MeanAveragePrecision = sum / float64(out.Lists)
	}
	return out, nil
}

// sentence is one to be ranked.
type sentence struct {
	text string
	node knowledge.NodeID
	same bool

	place int // by the ranker, from 0
}

// rank returns the sentences of a list, best first, and how many of them the
// ranker left out.
func (s *Set) rank(ctx context.Context, r Ranker, l List) ([]sentence, int, error) {
	var all []sentence
	for _, text := range l.Same {
		all = append(all, sentence{text: text, node: s.nodes[text], same: true})
	}
	for _, text := range l.Different {
		all = append(all, sentence{text: text, node: s.nodes[text]})
	}
	// By id: the ranker must not learn from the order which ones are right.
	slices.SortFunc(all, func(a, b sentence) int { return cmp.Compare(a.node, b.node) })
	nodes := make([]knowledge.NodeID, len(all))
	for i, x := range all {
		nodes[i] = x.node
	}
	candidates, err := r.Rank(ctx, l.Query, nodes)
	if err != nil {
		return nil, 0, err
	}
	place := make(map[knowledge.NodeID]int, len(candidates))
	for i, c := range candidates {
		place[c.Node] = i
	}
	unranked := 0
	for i := range all {
		x := &all[i]
		var ok bool
		if x.place, ok = place[x.node]; ok {
			continue
		}
		unranked++
		x.place = len(candidates)
		if x.same {
			x.place++
		}
	}
	slices.SortStableFunc(all, func(a, b sentence) int { return cmp.Compare(a.place, b.place) })
	return all, unranked, nil
}

func averagePrecision(ranked []sentence) float64 {
	found, sum := 0, 0.0
	for i, x := range ranked {
		if x.same {
			found++
			sum += float64(found) / float64(i+1)
		}
	}
	return sum / float64(found)
}
