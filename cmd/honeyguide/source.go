package main

import (
	"bytes"
	"errors"
	"fmt"

	"github.com/honeyguide-chat/honeyguide/knowledge"
	"github.com/honeyguide-chat/honeyguide/knowledge/lint"
	"github.com/honeyguide-chat/honeyguide/knowledge/treefile"
	"github.com/honeyguide-chat/honeyguide/testdata"
)

// source is a file on disk, or one that comes with the program.
type source struct {
	name    string
	bundled bool
}

// demoFiles are the tree that comes with the program, what it is calibrated on,
// and what it is measured on.
type demoFiles struct{ tree, tests, questions source }

func demoSources(locale string) demoFiles {
	return demoFiles{
		tree:      source{"trees/disputes." + locale + ".yaml", true},
		tests:     source{"questions/disputes." + locale + ".calibration.tsv", true},
		questions: source{"questions/disputes." + locale + ".test.tsv", true},
	}
}

// read returns what the file holds, or the problem with that.
func (s source) read() ([]byte, []knowledge.Problem, error) {
	if !s.bundled {
		data, bad := readFile(s.name)
		return data, bad, nil
	}
	data, err := testdata.Files.ReadFile(s.name)
	if err != nil {
		return nil, nil, fmt.Errorf("--locale: nothing comes with the program in that language; choose zh-CN or en: %w", err)
	}
	return data, nil, nil
}

// tree returns the tree in the file, or what is wrong with it.
func (s source) tree() (*knowledge.Tree, []knowledge.Problem, error) {
	data, bad, err := s.read()
	if err != nil || bad != nil {
		return nil, bad, err
	}
	tree, err := treefile.Load(s.name, data)
	if invalid, ok := errors.AsType[*knowledge.InvalidError](err); ok {
		return nil, invalid.Problems, nil
	}
	return tree, nil, err
}

// questions returns the test questions in the file, and what is wrong with them
// for the tree.
func (s source) questions(tree *knowledge.Tree) ([]lint.Question, []knowledge.Problem, error) {
	data, bad, err := s.read()
	if err != nil || bad != nil {
		return nil, bad, err
	}
	questions, bad := readQuestions(s.name, data, tree)
	return questions, bad, nil
}

// readFile returns what the file holds, or the problem with that.
func readFile(name string) ([]byte, []knowledge.Problem) {
	data, err := treefile.ReadFile(name)
	if invalid, ok := errors.AsType[*knowledge.InvalidError](err); ok {
		return nil, invalid.Problems
	}
	if err != nil {
		return nil, []knowledge.Problem{{File: name, Rule: "unreadable", Message: err.Error()}}
	}
	return data, nil
}

// readQuestions reads a test set and checks it against the tree. For a tree
// without any node, which could not be read, it checks the form only.
func readQuestions(name string, data []byte, tree *knowledge.Tree) ([]lint.Question, []knowledge.Problem) {
	questions, problems := treefile.ReadQuestions(name, bytes.NewReader(data))
	if tree.Len() > 0 {
		problems = append(problems, lint.CheckQuestions(tree, questions)...)
	}
	knowledge.SortProblems(problems)
	return questions, problems
}
