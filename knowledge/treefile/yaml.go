package treefile

import (
	"bytes"
	"errors"
	"io"
	"regexp"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// yaml parses the one document of data. It returns nil if there is nothing to
// go on with; the problem has then been added.
func (r *reader) yaml(data []byte) *yaml.Node {
	src := &lineSource{rest: data}
	dec := yaml.NewDecoder(src)
	var doc yaml.Node
	switch err := dec.Decode(&doc); {
	case errors.Is(err, io.EOF):
		r.add(1, 1, "", "empty", "there is nothing in the file")
		return nil
	case err != nil:
		r.syntax(err, src.lines)
		return nil
	}
	var second yaml.Node
	switch err := dec.Decode(&second); {
	case errors.Is(err, io.EOF):
	case err != nil:
		r.syntax(err, src.lines)
		return nil
	default:
		r.add(second.Line, second.Column, "", "multiple-documents", "a second document begins here; only one is allowed")
	}
	r.refuseReferences(&doc)
	root := doc.Content[0]
	if root.Kind == yaml.ScalarNode && root.ShortTag() == "!!null" {
		r.add(1, 1, "", "empty", "there is nothing in the file")
		return nil
	}
	return root
}

// refuseReferences reports anchors, aliases and tags. They would let a file of
// a kilobyte mean gigabytes, or a value be something else than it looks like.
func (r *reader) refuseReferences(n *yaml.Node) {
	switch {
	case n.Kind == yaml.AliasNode:
		r.at(n, "", "alias-not-allowed", "an alias, *%s, is not allowed: write the value itself", n.Value)
	case n.Anchor != "":
		r.at(n, "", "alias-not-allowed", "an anchor, &%s, is not allowed", n.Anchor)
	case n.Style&yaml.TaggedStyle != 0:
		r.at(n, "", "tag-not-allowed", "the tag %s is not allowed", quote(n.Tag))
	}
	for _, c := range n.Content {
		r.refuseReferences(c)
	}
}

var syntaxError = regexp.MustCompile(`^yaml: (?:line (\d+): )?(.*)$`)

// syntaxLines says, by the beginning of a message of the YAML library, where
// the error is. The library names the line on which the word, bracket or block
// begins that it could not finish, counted from 1 or, by its grammar, from 0.
// All messages that are not here name the right line, or none if it is the
// first.
var syntaxLines = []struct {
	message string
	place   place
	hint    string
}{
	{"did not find expected ',' or", fromZero, "a bracket is not closed or a comma is missing"},
	{"did not find expected '-' indicator", lastRead, "here or just above, often because of wrong indentation"},
	{"did not find expected key", lastRead, "here or just above, often because of wrong indentation"},
	{"did not find expected node content", lastRead, "here or just above"},
	{"did not find expected <document start>", fromZero, ""},
	{"did not find expected alphabetic or numeric character", fromOne, "text that begins with * or & needs quotes"},
	{"unknown anchor", lastRead, "here or just above; text that begins with * needs quotes"},
	{"found a tab character", lastRead, ""},
	{"found unknown escape character", lastRead, "in double quotes \\ must be written \\\\"},
	{"found invalid Unicode character escape code", lastRead, ""},
	{"did not find expected hexdecimal number", lastRead, ""},
	{"found undefined tag handle", fromZero, ""},
	{"found duplicate %", fromZero, ""},
	{"found incompatible YAML document", fromZero, ""},
}

type place uint8

const (
	fromOne  place = iota // the library's line
	fromZero              // the one after it
	lastRead              // the last line that the parser took, or the one before
)

// syntax adds a syntax error. read is the number of lines that the parser had
// taken when it gave up.
func (r *reader) syntax(err error, read int) {
	m := syntaxError.FindStringSubmatch(err.Error())
	if m == nil {
		r.add(max(read, 1), 0, "", "bad-yaml", "%v", err)
		return
	}
	line, _ := strconv.Atoi(m[1]) // 0 if there is none
	msg, rule := m[2], "bad-yaml"
	if strings.HasPrefix(msg, "exceeded max depth") {
		rule, line = "too-deep", read
	}
	for _, s := range syntaxLines {
		if !strings.HasPrefix(msg, s.message) {
			continue
		}
		switch s.place {
		case fromZero:
			line++
		case lastRead:
			line = read
		}
		if s.hint != "" {
			msg += " (" + s.hint + ")"
		}
		break
	}
	r.add(min(max(line, 1), max(read, 1)), 0, "", rule, "%s", msg)
}

// lineSource gives the YAML parser one line at a time, so that the number of
// lines taken shows how far it came.
type lineSource struct {
	rest  []byte
	lines int
	cut   bool // the last line was longer than the parser's buffer
}

// Read returns the next line, or as much of it as fits into p.
func (s *lineSource) Read(p []byte) (int, error) {
	if len(s.rest) == 0 {
		return 0, io.EOF
	}
	if !s.cut {
		s.lines++
	}
	line := s.rest
	if end := bytes.IndexByte(line, '\n'); end >= 0 {
		line = line[:end+1]
	}
	n := copy(p, line)
	s.cut = n < len(line)
	s.rest = s.rest[n:]
	return n, nil
}
