package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/pflag"

	"github.com/honeyguide-chat/honeyguide/intent/eval"
	"github.com/honeyguide-chat/honeyguide/intent/eval/noise"
	"github.com/honeyguide-chat/honeyguide/knowledge/lint"
)

// variantFlags say how else the questions are put.
type variantFlags struct {
	typos       []string
	traditional bool
	seed        uint64
}

func (v *variantFlags) add(fs *pflag.FlagSet) {
	fs.StringArrayVar(&v.typos, "typos", nil, "also put them with slips of this `TABLE[:N]`, N a question (1 unless given): a TSV file of characters written for others, or the word letters")
	fs.BoolVar(&v.traditional, "traditional", false, "also put them in traditional characters")
	fs.Uint64Var(&v.seed, "seed", 1, "`number` that the slips depend on")
}

// variant is one other way to put the questions.
type variant struct {
	name   string
	change func(text string) string
}

// maxTypos bounds the slips of one question.
const maxTypos = 100

// load reads the tables. What is wrong with them is printed.
func (v *variantFlags) load(stderr io.Writer) ([]variant, error) {
	var out []variant
	for _, spec := range v.typos {
		name, n := spec, 1
		if at := strings.LastIndexByte(spec, ':'); at >= 0 {
			if k, err := strconv.Atoi(spec[at+1:]); err == nil {
				name, n = spec[:at], k
			}
		}
		if n < 1 || n > maxTypos {
			return nil, fmt.Errorf("--typos %s: %d is not from 1 to %d", spec, n, maxTypos)
		}
		slips, err := readSlips(name, stderr)
		if err != nil {
			return nil, err
		}
		out = append(out, variant{
			name:   fmt.Sprintf("with %s a question by %s", count(n, "slip"), filepath.Base(name)),
			change: func(text string) string { return noise.Typos(slips, text, n, v.seed) },
		})
	}
	if v.traditional {
		out = append(out, variant{"in traditional characters", noise.Traditional})
	}
	return out, nil
}

func readSlips(name string, stderr io.Writer) (noise.Slips, error) {
	if name == "letters" {
		return noise.Letters{}, nil
	}
	data, problems := readFile(name)
	if problems == nil {
		var table *noise.Confusions
		if table, problems = noise.ReadConfusions(name, bytes.NewReader(data)); problems == nil {
			return table, nil
		}
	}
	return nil, errors.Join(printProblems(stderr, problems, false), errReported)
}

// varied is what a variant came to.
type varied struct {
	comparison
	figures []eval.Figure
}

// measure puts the questions in each of the other ways and compares with how
// they did as they are.
func measureVariants(ctx context.Context, variants []variant, m eval.Matcher, clean *eval.Measurement, cut eval.Cut,
	questions []lint.Question, o eval.Options, stderr io.Writer,
) ([]varied, error) {
	var out []varied
	for _, v := range variants {
		other := slices.Clone(questions)
		changed := 0
		for i := range other {
			other[i].Text = v.change(other[i].Text)
			if other[i].Text != questions[i].Text {
				changed++
			}
		}
		measured, err := measure(ctx, m, other, o, stderr)
		if err != nil {
			return nil, err
		}
		c, err := eval.Compare(clean, measured, cut, cut)
		if err != nil {
			return nil, err
		}
		name := fmt.Sprintf("%s (%d of %d differ)", v.name, changed, len(other))
		out = append(out, varied{comparison{name, c}, measured.Figures(cut)})
	}
	return out, nil
}

// measure puts the questions and shows how far it is.
func measure(ctx context.Context, m eval.Matcher, questions []lint.Question, o eval.Options, stderr io.Writer) (*eval.Measurement, error) {
	bar := newProgress(stderr, "asking", len(questions))
	defer bar.end()
	o.Progress = bar.set
	return eval.Measure(ctx, m, questions, o)
}
