package treefile

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"
)

// reader turns YAML nodes into values and notes what is wrong with them.
type reader struct {
	problems
	unread map[string]bool // paths whose values could not be read
}

// at adds a problem at the place of n.
func (r *reader) at(n *yaml.Node, path, rule, format string, args ...any) {
	r.add(n.Line, n.Column, path, rule, format, args...)
}

// wrong adds the problem that the value n of path is not what it must be.
func (r *reader) wrong(n *yaml.Node, path, rule, format string, args ...any) {
	r.unread[path] = true
	if n.Kind != yaml.AliasNode { // reported already
		r.at(n, path, rule, format, args...)
	}
}

// read takes the value n, which stands at path.
type read func(n *yaml.Node, path string)

// field is a key that a mapping may have.
type field struct {
	key      string
	required bool
	read     read
}

// mapping reads the mapping n. It adds the keys that are unknown, that occur
// twice and that are missing.
func (r *reader) mapping(n *yaml.Node, path string, fields ...field) {
	if n.Kind != yaml.MappingNode {
		r.wrong(n, path, "wrong-type", "must have keys (%s), is %s", strings.Join(names(fields), ", "), kind(n))
		return
	}
	seen := make([]bool, len(fields))
	for i := 0; i < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		at := join(path, key.Value)
		f := find(fields, key)
		switch {
		case f < 0 && value.Kind == yaml.AliasNode: // a merge: what it would add is unknown
			r.unread[path] = true
		case f < 0:
			r.unknownKey(key, at, fields)
		case seen[f]:
			r.at(key, at, "duplicate-key", "the key %s is already there", key.Value)
		default:
			seen[f] = true
			fields[f].read(value, at)
		}
	}
	for i, f := range fields {
		if f.required && !seen[i] {
			r.wrong(n, join(path, f.key), "missing-key", "the key %s is missing", f.key)
		}
	}
}

func find(fields []field, key *yaml.Node) int {
	if key.Kind == yaml.ScalarNode {
		for i, f := range fields {
			if f.key == key.Value {
				return i
			}
		}
	}
	return -1
}

func (r *reader) unknownKey(key *yaml.Node, path string, fields []field) {
	if r.full() { // a guess is dear when there are a million of them
		r.more = true
		return
	}
	if key.Kind != yaml.ScalarNode {
		r.at(key, path, "unknown-key", "a key must be a word, this is %s", kind(key))
		return
	}
	known := names(fields)
	if guess := nearest(key.Value, known); guess != "" {
		r.at(key, path, "unknown-key", "there is no key %s here, is %s meant?", quote(key.Value), guess)
		return
	}
	r.at(key, path, "unknown-key", "there is no key %s here, only %s", quote(key.Value), strings.Join(known, ", "))
}

func names(fields []field) []string {
	names := make([]string, len(fields))
	for i, f := range fields {
		names[i] = f.key
	}
	return names
}

func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}

// items returns a read that takes a sequence and gives each item, with its
// index, to item.
func (r *reader) items(item func(n *yaml.Node, path string, i int)) read {
	return func(n *yaml.Node, path string) {
		if n.Kind != yaml.SequenceNode {
			r.wrong(n, path, "wrong-type", "must be a list, is %s", kind(n))
			return
		}
		for i, c := range n.Content {
			item(c, path+"["+strconv.Itoa(i)+"]", i)
		}
	}
}

// text returns a read that takes any scalar as it is written.
func text[T ~string](r *reader, dst *T) read {
	return func(n *yaml.Node, path string) {
		if n.Kind != yaml.ScalarNode || n.ShortTag() == "!!null" {
			r.wrong(n, path, "wrong-type", "must be text, is %s", kind(n))
			return
		}
		*dst = T(n.Value)
	}
}

// texts returns a read that takes a list of texts. An item that is none leaves
// its place empty, so that indexes stay those of the file.
func texts[T ~string](r *reader, dst *[]T) read {
	return func(n *yaml.Node, path string) {
		if n.Kind == yaml.SequenceNode {
			*dst = make([]T, len(n.Content))
		}
		r.items(func(n *yaml.Node, path string, i int) { text(r, &(*dst)[i])(n, path) })(n, path)
	}
}

// whole returns a read that takes a whole number.
func whole[T ~int | ~int64](r *reader, dst *T) read {
	return func(n *yaml.Node, path string) {
		i, err := strconv.ParseInt(n.Value, 10, 64)
		if n.Kind != yaml.ScalarNode || err != nil || int64(T(i)) != i {
			r.wrong(n, path, "wrong-type", "must be a whole number, is %s", kind(n))
			return
		}
		*dst = T(i)
	}
}

// percentage is a share as people write it, without the sign: "3", "2.5".
var percentage = regexp.MustCompile(`^[0-9]{1,3}(?:\.[0-9]{1,3})?$`)

// share returns a read that takes a percentage above zero, such as 3%, as a
// share. A bare number could mean either.
func (r *reader) share(dst *float64) read {
	return func(n *yaml.Node, path string) {
		number, signed := strings.CutSuffix(strings.ReplaceAll(n.Value, "％", "%"), "%")
		if n.Kind != yaml.ScalarNode || !signed || !percentage.MatchString(number) {
			r.wrong(n, path, "wrong-type", "must be a percentage such as 3%%, is %s", kind(n))
			return
		}
		percent, err := strconv.ParseFloat(number, 64)
		if err != nil || percent == 0 {
			r.wrong(n, path, "tolerance-range", "must be above 0%%, is %s", kind(n))
			return
		}
		*dst = percent / 100
	}
}

// moment returns a read that takes a date, which is its first moment in UTC,
// or a time of RFC 3339.
func (r *reader) moment(dst *time.Time) read {
	return func(n *yaml.Node, path string) {
		for _, layout := range []string{time.DateOnly, time.RFC3339} {
			if t, err := time.Parse(layout, n.Value); err == nil && n.Kind == yaml.ScalarNode {
				*dst = t
				return
			}
		}
		r.wrong(n, path, "bad-date", "must be a date such as 2006-01-31 or 2006-01-31T08:00:00+08:00, is %s", kind(n))
	}
}

// kind names what n is, for messages.
func kind(n *yaml.Node) string {
	switch n.Kind {
	case yaml.MappingNode:
		return "a mapping"
	case yaml.SequenceNode:
		return "a list"
	case yaml.AliasNode:
		return "an alias"
	}
	if n.ShortTag() == "!!null" {
		return "empty"
	}
	return quote(n.Value)
}
