package treefile

import (
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/honeyguide-chat/honeyguide/knowledge"
	"github.com/honeyguide-chat/honeyguide/knowledge/lint"
)

// File is what a tree file holds, as far as it could be read.
type File struct {
	// Name is used in problems. It need not exist on disk.
	Name string
	// Document is what was understood. Values with problems are left zero.
	Document knowledge.Document
	// Problems are those of the form, in the order of their place; what the
	// document means is for [Lint] to check. Empty if there are none.
	Problems []knowledge.Problem

	root   *yaml.Node      // of the document; nil if there is none
	unread map[string]bool // paths whose values could not be read
}

// Parse reads a tree file without checking what it means. Errors in data are
// never returned but listed in the File.
func Parse(name string, data []byte) *File {
	r := &reader{problems: problems{file: name}, unread: make(map[string]bool)}
	f := &File{Name: name, unread: r.unread}
	if text, ok := r.scan(data); ok {
		if f.root = r.yaml(text); f.root != nil {
			r.document(f.root, &f.Document)
		}
	}
	f.Problems = r.sorted()
	return f
}

// Load returns the tree that data holds, or a [*knowledge.InvalidError] with
// everything that is wrong with it.
func Load(name string, data []byte) (*knowledge.Tree, error) {
	f := Parse(name, data)
	tree := knowledge.NewTree(f.Document)
	if ps := f.Lint(tree); len(ps) > 0 {
		return nil, &knowledge.InvalidError{Problems: ps}
	}
	return tree, nil
}

// Lint returns everything that is wrong with the tree file data, in form and
// meaning, in the order of its place.
func Lint(name string, data []byte) []knowledge.Problem {
	f := Parse(name, data)
	return f.Lint(knowledge.NewTree(f.Document))
}

// Lint returns the problems of the file together with those of its tree.
func (f *File) Lint(tree *knowledge.Tree) []knowledge.Problem {
	if f.root == nil {
		return f.Problems
	}
	all := problems{file: f.Name}
	for _, p := range f.Problems {
		all.append(p)
	}
	for _, p := range lint.CheckPlaced(tree, f.where) {
		if all.full() {
			all.more = true
			break
		}
		if !f.repeats(p) {
			p.File = f.Name
			p.Line, p.Column = f.position(p.Path)
			all.append(p)
		}
	}
	return all.sorted()
}

// repeats reports whether p, of package lint, is about something that could not
// be read: that is left zero in the document, and has been reported.
func (f *File) repeats(p knowledge.Problem) bool {
	if p.Rule == "empty-node" {
		for _, key := range []string{"answer", "branches", "children", "handoff"} {
			if f.unread[p.Path+"."+key] {
				return true
			}
		}
	}
	path := p.Path
	for !f.unread[path] {
		if path == "" {
			return false
		}
		path = path[:max(strings.LastIndexAny(path, ".["), 0)]
	}
	return true
}
