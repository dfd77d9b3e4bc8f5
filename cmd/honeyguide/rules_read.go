package main

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/known/durationpb"

	handoffv1 "github.com/honeyguide-chat/honeyguide/api/gen/honeyguide/handoff/v1"
	"github.com/honeyguide-chat/honeyguide/api/rpc"
	"github.com/honeyguide-chat/honeyguide/handoff"
	"github.com/honeyguide-chat/honeyguide/knowledge"
)

// maxRulesFile bounds a file of rules, in bytes: more than a server takes.
const maxRulesFile = 1 << 20

// rulesFile is a file of rules as it was read. Its keys are the JSON names of
// honeyguide.handoff.v1.Rules; time spans are written as "20s" or "1m30s", and
// the mode as "push", "assign" or "pull". What it leaves out is as in
// handoff.DefaultRules.
type rulesFile struct {
	name  string
	rules *handoffv1.Rules
	// places are where values stand, by path such as "relax[0].after".
	places   map[string]*yaml.Node
	problems []knowledge.Problem
}

// readRules reads rules and checks them as a server does.
func readRules(name string, data []byte) *rulesFile {
	f := &rulesFile{name: name, rules: rpc.RulesToProto(handoff.DefaultRules("")), places: make(map[string]*yaml.Node)}
	root, err := f.mapping(data)
	if err != nil {
		f.problems = append(f.problems, knowledge.Problem{File: name, Line: 1, Column: 1, Rule: "bad-yaml", Message: err.Error()})
		return f
	}
	if root != nil {
		f.message("", root, f.rules.ProtoReflect())
	}
	if len(f.problems) == 0 {
		f.check()
	}
	slices.SortStableFunc(f.problems, func(a, b knowledge.Problem) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	return f
}

func (f *rulesFile) mapping(data []byte) (*yaml.Node, error) {
	if len(data) > maxRulesFile {
		return nil, fmt.Errorf("the file has more than %d bytes", maxRulesFile)
	}
	return documentIn(data)
}

func (f *rulesFile) problem(at *yaml.Node, path, rule, format string, args ...any) {
	f.problems = append(f.problems, knowledge.Problem{
		File: f.name, Line: at.Line, Column: at.Column, Rule: rule, Path: path, Message: fmt.Sprintf(format, args...),
	})
}

// message reads a mapping into m: what it does not name stays as it is.
func (f *rulesFile) message(path string, n *yaml.Node, m protoreflect.Message) {
	f.places[path] = n
	fields := m.Descriptor().Fields()
	under := func(key string) string { return strings.TrimPrefix(path+"."+key, ".") }
	f.pairs(path, n, under, func(at string, key, value *yaml.Node) {
		field := fields.ByJSONName(key.Value)
		if field == nil {
			f.problem(key, at, "unknown-key", "there is no key %q; the keys are: %s", key.Value, strings.Join(keysOf(fields), ", "))
			return
		}
		f.places[at] = value
		switch {
		case value.Tag == "!!null":
		case field.IsMap():
			f.entries(at, value, m, field)
		case field.IsList():
			f.list(at, value, m, field)
		case field.Message() != nil && !isDuration(field):
			f.message(at, value, m.Mutable(field).Message())
		default:
			if v, ok := f.value(at, value, field); ok {
				m.Set(field, v)
			}
		}
	})
}

func (f *rulesFile) list(path string, n *yaml.Node, m protoreflect.Message, field protoreflect.FieldDescriptor) {
	if n.Kind != yaml.SequenceNode {
		f.problem(n, path, "bad-value", "%s must be a list", path)
		return
	}
	m.Clear(field)
	list := m.Mutable(field).List()
	for i, item := range n.Content {
		at := fmt.Sprintf("%s[%d]", path, i)
		f.places[at] = item
		if field.Message() != nil {
			f.message(at, item, list.AppendMutable().Message())
		} else if v, ok := f.value(at, item, field); ok {
			list.Append(v)
		}
	}
}

func (f *rulesFile) entries(path string, n *yaml.Node, m protoreflect.Message, field protoreflect.FieldDescriptor) {
	m.Clear(field)
	entries := m.Mutable(field).Map()
	under := func(key string) string { return fmt.Sprintf("%s[%q]", path, key) }
	f.pairs(path, n, under, func(at string, key, value *yaml.Node) {
		entry := entries.NewValue()
		f.message(at, value, entry.Message())
		entries.Set(protoreflect.ValueOfString(key.Value).MapKey(), entry)
	})
}

// pairs calls read for each key of a mapping, with the path of its value, which
// under makes.
func (f *rulesFile) pairs(path string, n *yaml.Node, under func(key string) string, read func(at string, key, value *yaml.Node)) {
	if n.Kind != yaml.MappingNode {
		f.problem(n, path, "bad-value", "%s must have keys and values", orFile(path))
		return
	}
	seen := make(map[string]bool)
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		at := under(key.Value)
		switch {
		case key.Kind != yaml.ScalarNode:
			f.problem(key, path, "bad-value", "a key of %s is no word", orFile(path))
		case seen[key.Value]:
			f.problem(key, at, "duplicate-key", "%s is there twice", key.Value)
		case value.Kind == yaml.AliasNode:
			f.problem(value, at, "bad-value", "write the value out: aliases are not read")
		default:
			read(at, key, value)
		}
		seen[key.Value] = true
	}
}

// value reads what is no message, or a time span.
func (f *rulesFile) value(path string, n *yaml.Node, field protoreflect.FieldDescriptor) (v protoreflect.Value, ok bool) {
	wrong := func(what string) (protoreflect.Value, bool) {
		f.problem(n, path, "bad-value", "%s must be %s", path, what)
		return v, false
	}
	if n.Kind != yaml.ScalarNode {
		return wrong("one value")
	}
	switch field.Kind() {
	case protoreflect.StringKind:
		return protoreflect.ValueOfString(n.Value), true
	case protoreflect.BoolKind:
		var b bool
		if n.Decode(&b) != nil {
			return wrong("true or false")
		}
		return protoreflect.ValueOfBool(b), true
	case protoreflect.Int32Kind:
		i, err := strconv.ParseInt(n.Value, 10, 32)
		if err != nil {
			return wrong("a whole number")
		}
		return protoreflect.ValueOfInt32(int32(i)), true
	case protoreflect.Uint64Kind:
		i, err := strconv.ParseUint(n.Value, 10, 64)
		if err != nil {
			return wrong("a whole number")
		}
		return protoreflect.ValueOfUint64(i), true
	case protoreflect.DoubleKind:
		d, err := strconv.ParseFloat(n.Value, 64)
		if err != nil {
			return wrong("a number")
		}
		return protoreflect.ValueOfFloat64(d), true
	case protoreflect.EnumKind:
		names := enumNames(field.Enum())
		i := slices.Index(names, n.Value)
		if i < 0 {
			last := len(names) - 1
			return wrong(strings.Join(names[:last], ", ") + " or " + names[last])
		}
		return protoreflect.ValueOfEnum(field.Enum().Values().Get(i + 1).Number()), true
	}
	d, err := time.ParseDuration(n.Value)
	if err != nil {
		return wrong("a time such as 20s or 1m30s")
	}
	return protoreflect.ValueOfMessage(durationpb.New(d).ProtoReflect()), true
}

// check finds what is wrong with rules that can be read.
func (f *rulesFile) check() {
	invalid, _ := errors.AsType[*handoff.RulesError](rpc.RulesFromProto("", f.rules).Validate())
	if invalid == nil {
		return
	}
	for _, p := range invalid.Problems {
		f.problem(f.placeOf(p.Field), p.Field, "bad-rule", "%s %s", p.Field, p.Reason)
	}
}

// placeOf returns where the value of a path stands or, where it is left out,
// what it would stand in.
func (f *rulesFile) placeOf(path string) *yaml.Node {
	for {
		if n := f.places[path]; n != nil {
			return n
		}
		if path == "" {
			return &yaml.Node{Line: 1, Column: 1} // an empty file
		}
		path = path[:max(0, strings.LastIndexAny(path, ".["))]
	}
}

func orFile(path string) string {
	if path == "" {
		return "the file"
	}
	return path
}

func keysOf(fields protoreflect.FieldDescriptors) []string {
	var keys []string
	for i := range fields.Len() {
		keys = append(keys, fields.Get(i).JSONName())
	}
	return keys
}

func isDuration(field protoreflect.FieldDescriptor) bool {
	return field.Message() != nil && field.Message().FullName() == (*durationpb.Duration)(nil).ProtoReflect().Descriptor().FullName()
}

// enumNames are the values of an enum but for the unspecified one, without
// their prefix, in small letters.
func enumNames(e protoreflect.EnumDescriptor) []string {
	prefix := strings.ToUpper(string(e.Name())) + "_"
	var names []string
	for i := 1; i < e.Values().Len(); i++ {
		names = append(names, strings.ToLower(strings.TrimPrefix(string(e.Values().Get(i).Name()), prefix)))
	}
	return names
}
