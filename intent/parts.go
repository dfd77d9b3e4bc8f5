package intent

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/honeyguide-chat/honeyguide/intent/clauses"
	"github.com/honeyguide-chat/honeyguide/knowledge"
)

// doubtful is the probability from which on what the whole utterance seems to
// be about speaks against what one of its parts is surely about.
const doubtful = 0.5

// explain matches an utterance as a whole, and where it says several things,
// also each of them. why says whether anybody reads the evidence: a live turn
// does not, and need not pay for it.
//
// The whole counts where it is sure. Else the first part that is surely about
// something does, unless the whole points elsewhere. The other sure parts are
// named. One sure part alone counts where it comes last: that is where a long
// story asks its question.
func (m *Matcher) explain(ctx context.Context, utterance string, topic knowledge.NodeID, now time.Time, why bool) (*Explanation, error) {
	readings := []*reading{m.open(utterance)}
	if parts := clauses.Split(utterance); len(parts) > 1 && !m.corpus.off.has(StageClauses) {
		for _, part := range parts {
			r := m.open(part)
			r.x.Part = part
			readings = append(readings, r)
		}
	}
	if err := m.embed(ctx, readings...); err != nil {
		return nil, fmt.Errorf("intent: %w", err)
	}
	whole, err := m.read(ctx, readings[0], topic, now, why)
	if err != nil || whole.exact() {
		return whole, err
	}
	var sure []*Explanation
	for _, r := range readings[1:] {
		x, err := m.read(ctx, r, topic, now, why)
		if err != nil {
			return nil, err
		}
		if x.Verdict == Sure && !slices.ContainsFunc(sure, func(s *Explanation) bool { return related(s, x) }) {
			sure = append(sure, x)
		}
	}
	if len(sure) == 1 && sure[0] != readings[len(readings)-1].x && whole.Verdict != Sure {
		return whole, nil
	}
	return choose(whole, sure), nil
}

// choose decides between the reading of the whole and those of its sure parts.
func choose(whole *Explanation, sure []*Explanation) *Explanation {
	if len(sure) == 0 {
		return whole
	}
	best, any := whole.Best()
	others := slices.DeleteFunc(slices.Clone(sure), func(s *Explanation) bool { return any && related(s, whole) })
	switch {
	case whole.Verdict == Sure: // the parts mean less alone
		sure = slices.Insert(others, 0, whole)
	case any && best.Probability >= doubtful && len(others) == len(sure):
		return whole
	}
	out := sure[0]
	out.Normalized = whole.Normalized
	for _, s := range sure[1:min(len(sure), 1+MaxOthers)] {
		out.Others = append(out.Others, s.Candidates[0])
	}
	return out
}

// related reports whether two readings are about the same node, or about one
// and a node above it.
func related(a, b *Explanation) bool {
	x, y := a.Candidates[0].Node, b.Candidates[0].Node
	return x == y || strings.HasPrefix(string(x), string(y)+".") || strings.HasPrefix(string(y), string(x)+".")
}

func (x *Explanation) exact() bool {
	best, ok := x.Best()
	return ok && best.Exact && x.Verdict == Sure
}
