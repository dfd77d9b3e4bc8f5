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
	// Kinds says of what kind each question is, in their order, for
	// Decision.Kinds. Nil, or an empty kind, is none.
	Kinds []string
	// Now is the clock: of its first time the nodes must be valid, and the
	// latency is measured by it. Nil means time.Now.
	Now func() time.Time
	// Progress is called after each question with how many are done. Nil is
	// not called.
	Progress func(done int)
}

// Measurement is what happened to each of a set of questions. It is immutable.
type Measurement struct {
	thresholds intent.Thresholds
	seen       []observation
}

// Measure puts every question to the matcher, one after the other. It stops at
// the first error of the matcher and when ctx ends.
func Measure(ctx context.Context, m Matcher, questions []lint.Question, o Options) (*Measurement, error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Kinds != nil && len(o.Kinds) != len(questions) {
		return nil, fmt.Errorf("eval: %d kinds for %d questions", len(o.Kinds), len(questions))
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
		if o.Kinds != nil {
			seen[i].kind = o.Kinds[i]
		}
		if o.Progress != nil {
			o.Progress(i + 1)
		}
	}
	return &Measurement{thresholds: m.Thresholds(), seen: seen}, nil
}

// Run measures and reports; see Measure and Measurement.Report.
func Run(ctx context.Context, m Matcher, questions []lint.Question, o Options) (*Report, error) {
	measured, err := Measure(ctx, m, questions, o)
	if err != nil {
		return nil, err
	}
	return measured.Report(), nil
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
	ob.candidates, ob.verdict, ob.none = result.Candidates, result.Verdict, result.None
	ob.away = result.Away != nil
	return ob, nil
}
