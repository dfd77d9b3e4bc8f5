package eval

import (
	"context"
	"fmt"
	"time"

	"github.com/honeyguide-chat/honeyguide/intent"
	"github.com/honeyguide-chat/honeyguide/knowledge"
	"github.com/honeyguide-chat/honeyguide/knowledge/lint"
)

// Matcher is what is measured.
type Matcher interface {
	// Match ranks the nodes that utterance may be about, as intent.Matcher does.
	Match(ctx context.Context, utterance string, topic knowledge.NodeID, now time.Time) (intent.Result, error)
	// Thresholds returns where the matcher answers and where it asks.
	Thresholds() intent.Thresholds
}

// Options tune a run.
type Options struct {
	// Wish recognises what is handed over before anything is matched. Nil
	// recognises nothing.
	Wish func(utterance string) bool
	// Now is the clock: of its first time the nodes must be valid, and the
	// latency is measured by it. Nil means time.Now.
	Now func() time.Time
	// Progress is called after each question with how many are done. Nil is
	// not called.
	Progress func(done int)
}

// Run puts every question to the matcher, one after the other, and reports what
// came of it. It stops at the first error of the matcher and when ctx ends.
func Run(ctx context.Context, m Matcher, questions []lint.Question, o Options) (*Report, error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	at := o.Now()
	seen := make([]observation, len(questions))
	for i, q := range questions {
		if err := context.Cause(ctx); err != nil {
			return nil, fmt.Errorf("eval: after %d of %d questions: %w", i, len(questions), err)
		}
		var err error
		if seen[i], err = observe(ctx, m, q, at, &o); err != nil {
			return nil, fmt.Errorf("eval: %s:%d: matching: %w", q.File, q.Line, err)
		}
		if o.Progress != nil {
			o.Progress(i + 1)
		}
	}
	return report(m.Thresholds(), seen), nil
}

// observe puts one question. One that expects a node, or nothing, is matched
// even where it is taken for a wish, so that the figures of the ranking do not
// depend on how well wishes are recognised.
func observe(ctx context.Context, m Matcher, q lint.Question, at time.Time, o *Options) (observation, error) {
	ob := observation{question: q, purpose: purposeOf(q), wish: o.Wish != nil && o.Wish(q.Text)}
	if ob.purpose == human && ob.wish {
		return ob, nil
	}
	start := o.Now()
	result, err := m.Match(ctx, q.Text, "", at)
	if err != nil {
		return ob, err
	}
	ob.took, ob.matched = o.Now().Sub(start), true
	ob.candidates, ob.verdict = result.Candidates, result.Verdict
	return ob, nil
}
