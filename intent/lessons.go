package intent

import (
	"context"
	"fmt"
	"slices"

	"github.com/honeyguide-chat/honeyguide/knowledge/textnorm"
)

// school turns questions, tests and background into lessons for a judge.
type school struct {
	corpus   *corpus
	seek     *seeker
	models   models
	views    []view // of the questions
	parts    []part
	options  Options
	locale   string
	meanings *meanings // nil for a judge that goes without
}

// judge fits a judge to all lessons.
func (s *school) judge(ctx context.Context) (judge, error) {
	shares := mixOfTests
	if len(s.parts) > 0 {
		shares = mixOfQuestions(s.options.OutOfScope)
	}
	shares = shares.without(s.corpus.off)
	lessons, err := s.tests(ctx, shares.heldOut)
	if err != nil {
		return judge{}, err
	}
	lessons = append(lessons, s.own(shares.heldOut)...)
	strange, err := s.strange(ctx, background(s.locale), shares.background*float64(len(lessons)))
	if err != nil {
		return judge{}, err
	}
	lessons = append(lessons, strange...)
	j := judge{Fusion: fit(lessons)}
	if len(s.parts) == 0 {
		lessons = slices.DeleteFunc(lessons, func(l lesson) bool { return l.made })
	}
	j.Thresholds = thresholdsFor(guesses(lessons), s.options.Tolerance)
	return j, context.Cause(ctx)
}

// own scores the questions of the parts by models that have not seen them.
// Each teaches twice: with its node, and with its node taken away.
func (s *school) own(heldOut float64) []lesson {
	var out []lesson
	for _, p := range s.parts {
		for i := p.from; i < len(s.views); i += p.every {
			u := s.views[i]
			if u.vector == nil {
				continue
			}
			if s.meanings != nil {
				u.dense = s.meanings.questions[i]
			}
			node := s.corpus.questions[i].node
			f := s.corpus.newField(u, p.models, everyNode)
			out = append(out,
				lesson{source: i, field: f, right: f.places(node), weight: 1},
				lesson{source: i, field: f.without(node), weight: heldOut, made: true})
		}
	}
	return out
}

// strange are utterances that no node answers, with their common weight.
func (s *school) strange(ctx context.Context, texts []string, total float64) ([]lesson, error) {
	texts = slices.DeleteFunc(slices.Clone(texts), func(text string) bool {
		_, ours := s.corpus.exact[keyOf(textnorm.Normalize(text))]
		return ours
	})
	fields, err := s.fields(ctx, texts)
	weight := total / float64(max(1, len(texts)))
	out := make([]lesson, len(fields))
	for i, f := range fields {
		out[i] = lesson{source: i, field: f, weight: weight}
	}
	return out, err
}

// tests are the utterances of the release's test set. Those that a node
// answers teach a second time, with their nodes taken away.
func (s *school) tests(ctx context.Context, heldOut float64) ([]lesson, error) {
	texts := make([]string, len(s.options.Tests))
	for i, test := range s.options.Tests {
		texts[i] = textnorm.Normalize(test.Utterance)
	}
	fields, err := s.fields(ctx, texts)
	if err != nil {
		return nil, err
	}
	out := make([]lesson, 0, 2*len(texts))
	for i, test := range s.options.Tests {
		rest := fields[i]
		var right []int
		for at, n := range s.corpus.nodes {
			if slices.Contains(test.Nodes, n.ID) {
				right = append(right, fields[i].places(at)...)
				rest = rest.without(at)
			}
		}
		out = append(out, lesson{source: i, field: fields[i], right: right, weight: 1})
		if len(test.Nodes) > 0 {
			out = append(out, lesson{source: i, field: rest, weight: heldOut, made: true})
		}
	}
	return out, nil
}

// fields looks at normalised texts as Match would.
func (s *school) fields(ctx context.Context, texts []string) ([]field, error) {
	texts = slices.Clone(texts)
	for i, text := range texts {
		texts[i], _ = s.corpus.repair(text)
	}
	dense := make([][]float32, len(texts))
	if s.meanings != nil {
		var err error
		if dense, err = s.meanings.look(ctx, texts); err != nil {
			return nil, fmt.Errorf("calibration: %w", err)
		}
	}
	out := make([]field, len(texts))
	for i, text := range texts {
		u := s.corpus.look(text)
		u.nears = s.seek.nearest(s.corpus.questions, u.vector, recallQuestions, -1)
		u.dense = dense[i]
		out[i] = s.corpus.newField(u, s.models, everyNode)
	}
	return out, nil
}

// places returns where a node runs, if it does.
func (f *field) places(node int) []int {
	for i := range f.contenders {
		if f.contenders[i].node == node {
			return []int{i}
		}
	}
	return nil
}
