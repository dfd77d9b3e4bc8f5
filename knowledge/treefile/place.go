package treefile

import (
	"fmt"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// position returns the line and column of the value at path or, where there is
// none, of what it would be part of.
func (f *File) position(path string) (line, column int) {
	at := f.root
	node := f.root
	for path != "" {
		place, value, rest := step(node, path)
		if value == nil {
			break
		}
		at, node, path = place, value, rest
	}
	return at.Line, at.Column
}

// where says in words where path is, for messages that point at two places.
func (f *File) where(path string) string {
	line, _ := f.position(path)
	return fmt.Sprintf("line %d", line)
}

// step follows the first key or index of path. It returns the value that it
// leads to, or nil, the node that stands for its place, and the rest of path.
func step(n *yaml.Node, path string) (place, value *yaml.Node, rest string) {
	switch n.Kind {
	case yaml.SequenceNode:
		index, rest, ok := strings.Cut(strings.TrimPrefix(path, "["), "]")
		i, err := strconv.Atoi(index)
		if !ok || err != nil || i < 0 || i >= len(n.Content) {
			return nil, nil, ""
		}
		return n.Content[i], n.Content[i], rest
	case yaml.MappingNode:
		return stepKey(n, strings.TrimPrefix(path, "."))
	}
	return nil, nil, ""
}

// stepKey takes the longest key that path begins with: an id may hold dots.
func stepKey(n *yaml.Node, path string) (place, value *yaml.Node, rest string) {
	longest := -1
	for i := 0; i < len(n.Content); i += 2 {
		key := n.Content[i].Value
		after, ok := strings.CutPrefix(path, key)
		if ok && len(key) > longest && (after == "" || after[0] == '.' || after[0] == '[') {
			longest = len(key)
			place, value, rest = n.Content[i], n.Content[i+1], after
		}
	}
	// A value on one line is its own place; one that spans lines, or that is
	// missing, is found by its key.
	if value != nil && value.Kind == yaml.ScalarNode && value.ShortTag() != "!!null" {
		place = value
	}
	return place, value, rest
}
