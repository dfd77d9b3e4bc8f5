package treefile

import (
	"strconv"

	"go.yaml.in/yaml/v3"

	"github.com/honeyguide-chat/honeyguide/knowledge"
)

const (
	formatVersion = 1
	// maxRead is how deep nodes are read. It is far above knowledge.MaxDepth,
	// so that package lint sees and judges what an editor could have meant.
	maxRead = 64
	// defaultMax is the largest value of a number slot without max.
	defaultMax = 1_000_000_000
)

func (r *reader) document(n *yaml.Node, d *knowledge.Document) {
	if !r.version(n) {
		return
	}
	r.mapping(n, "",
		field{"honeyguide", true, func(*yaml.Node, string) {}},
		field{"title", false, text(r, &d.Title)},
		field{"locale", true, text(r, &d.Locale)},
		field{"welcome", false, text(r, &d.Welcome)},
		field{"suggest", false, texts(r, &d.Suggest)},
		field{"tolerance", false, r.share(&d.Tolerance)},
		field{"dictionary", false, texts(r, &d.Dictionary)},
		field{"synonyms", false, r.items(func(n *yaml.Node, path string, _ int) {
			d.Synonyms = append(d.Synonyms, nil)
			texts(r, &d.Synonyms[len(d.Synonyms)-1])(n, path)
		})},
		field{"slots", false, r.slots(&d.Slots)},
		field{"nodes", true, r.nodes(&d.Nodes, 1)},
	)
}

// version reports whether the document is of the version that this package
// reads. Of another one no key can be judged.
func (r *reader) version(n *yaml.Node) bool {
	if n.Kind != yaml.MappingNode {
		return true // mapping will say so
	}
	for i := 0; i < len(n.Content); i += 2 {
		if n.Content[i].Value != "honeyguide" {
			continue
		}
		value := n.Content[i+1]
		if value.Kind == yaml.ScalarNode && value.Value == strconv.Itoa(formatVersion) {
			return true
		}
		r.unread[""] = true
		r.at(value, "honeyguide", "unsupported-format-version", "the format version must be %d, is %s", formatVersion, kind(value))
		return false
	}
	return true
}

// slots reads the mapping from slot ids to slots, in its order.
func (r *reader) slots(dst *[]knowledge.Slot) read {
	return func(n *yaml.Node, path string) {
		if n.Kind != yaml.MappingNode {
			r.wrong(n, path, "wrong-type", "must be slots by their ids, is %s", kind(n))
			return
		}
		seen := make(map[string]bool, len(n.Content)/2)
		for i := 0; i < len(n.Content); i += 2 {
			key, value := n.Content[i], n.Content[i+1]
			switch {
			case key.Kind != yaml.ScalarNode:
				r.at(key, path, "wrong-type", "the id of a slot must be a word, is %s", kind(key))
			case seen[key.Value]:
				r.at(key, join(path, key.Value), "duplicate-key", "the slot %s is already there", quote(key.Value))
			default:
				seen[key.Value] = true
				*dst = append(*dst, r.slot(value, join(path, key.Value), knowledge.SlotID(key.Value)))
			}
		}
	}
}

func (r *reader) slot(n *yaml.Node, path string, id knowledge.SlotID) knowledge.Slot {
	s := knowledge.Slot{ID: id}
	given, limit := false, int64(defaultMax)
	r.mapping(n, path,
		field{"title", false, text(r, &s.Title)},
		field{"type", true, text(r, &s.Type)},
		field{"ask", false, text(r, &s.Ask)},
		field{"unit", false, text(r, &s.Unit)},
		field{"min", false, whole(r, &s.Min)},
		field{"max", false, func(n *yaml.Node, path string) {
			given = true
			whole(r, &limit)(n, path)
		}},
		field{"options", false, r.items(func(n *yaml.Node, path string, _ int) {
			s.Options = append(s.Options, r.option(n, path))
		})},
	)
	if given || s.Type == knowledge.SlotNumber {
		s.Max = limit
	}
	return s
}

func (r *reader) option(n *yaml.Node, path string) knowledge.Option {
	var o knowledge.Option
	r.mapping(n, path,
		field{"id", true, text(r, &o.ID)},
		field{"label", true, text(r, &o.Label)},
		field{"similar", false, texts(r, &o.Similar)},
	)
	return o
}

func (r *reader) nodes(dst *[]*knowledge.Node, depth int) read {
	return func(n *yaml.Node, path string) {
		if depth > maxRead {
			r.wrong(n, path, "too-deep", "nodes are nested more than %d deep", maxRead)
			return
		}
		r.items(func(n *yaml.Node, path string, _ int) {
			*dst = append(*dst, r.node(n, path, depth))
		})(n, path)
	}
}

func (r *reader) node(n *yaml.Node, path string, depth int) *knowledge.Node {
	var k knowledge.Node
	r.mapping(n, path,
		field{"id", true, text(r, &k.ID)},
		field{"title", false, text(r, &k.Title)},
		field{"question", false, text(r, &k.Question)},
		field{"similar", false, texts(r, &k.Similar)},
		field{"negative", false, texts(r, &k.Negative)},
		field{"answer", false, text(r, &k.Answer)},
		field{"rules", false, texts(r, &k.Rules)},
		field{"ask", false, r.oneOrMore(&k.Ask)},
		field{"branches", false, r.items(func(n *yaml.Node, path string, _ int) {
			k.Branches = append(k.Branches, r.branch(n, path))
		})},
		field{"children", false, r.nodes(&k.Children, depth+1)},
		field{"tags", false, texts(r, &k.Tags)},
		field{"valid", false, func(n *yaml.Node, path string) {
			r.mapping(n, path,
				field{"from", false, r.moment(&k.Valid.From)},
				field{"until", false, r.moment(&k.Valid.Until)},
			)
		}},
		field{"handoff", false, func(n *yaml.Node, path string) {
			k.Handoff = new(knowledge.HandoffPolicy)
			r.mapping(n, path,
				field{"skill", false, text(r, &k.Handoff.Skill)},
				field{"priority", false, whole(r, &k.Handoff.Priority)},
			)
		}},
	)
	return &k
}

// oneOrMore returns a read that takes the id of a slot or a list of them.
func (r *reader) oneOrMore(dst *[]knowledge.SlotID) read {
	return func(n *yaml.Node, path string) {
		if n.Kind == yaml.SequenceNode {
			texts(r, dst)(n, path)
			return
		}
		var id knowledge.SlotID
		text(r, &id)(n, path)
		if id != "" {
			*dst = []knowledge.SlotID{id}
		}
	}
}

func (r *reader) branch(n *yaml.Node, path string) knowledge.Branch {
	var b knowledge.Branch
	r.mapping(n, path,
		field{"when", false, text(r, &b.When)},
		field{"to", true, text(r, &b.To)},
	)
	return b
}
