package main

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/known/durationpb"

	handoffv1 "github.com/honeyguide-chat/honeyguide/api/gen/honeyguide/handoff/v1"
)

// writeRules returns rules as readRules reads them. What is zero or empty is
// left out, but for the first level, where a reader should see all there is.
func writeRules(rules *handoffv1.Rules) ([]byte, error) {
	var b bytes.Buffer
	e := yaml.NewEncoder(&b)
	e.SetIndent(2)
	if err := e.Encode(messageNode(rules.ProtoReflect(), true)); err != nil {
		return nil, fmt.Errorf("writing rules: %w", err)
	}
	if err := e.Close(); err != nil {
		return nil, fmt.Errorf("writing rules: %w", err)
	}
	return b.Bytes(), nil
}

// messageNode writes the fields of a message in the order of their numbers.
func messageNode(m protoreflect.Message, all bool) *yaml.Node {
	n := &yaml.Node{Kind: yaml.MappingNode}
	fields := m.Descriptor().Fields()
	for i := range fields.Len() {
		field := fields.Get(i)
		if m.Has(field) || all {
			n.Content = append(n.Content, text(field.JSONName()), fieldNode(m.Get(field), field))
		}
	}
	return n
}

func fieldNode(v protoreflect.Value, field protoreflect.FieldDescriptor) *yaml.Node {
	switch {
	case field.IsMap():
		n := &yaml.Node{Kind: yaml.MappingNode}
		entries := make(map[string]protoreflect.Value)
		v.Map().Range(func(k protoreflect.MapKey, v protoreflect.Value) bool {
			entries[k.String()] = v
			return true
		})
		for _, key := range slices.Sorted(maps.Keys(entries)) {
			n.Content = append(n.Content, text(key), valueOf(entries[key], field.MapValue()))
		}
		return n
	case field.IsList():
		n := &yaml.Node{Kind: yaml.SequenceNode}
		if field.Message() == nil || v.List().Len() == 0 {
			n.Style = yaml.FlowStyle
		}
		for i := range v.List().Len() {
			n.Content = append(n.Content, valueOf(v.List().Get(i), field))
		}
		return n
	}
	return valueOf(v, field)
}

// valueOf writes one value of a field.
func valueOf(v protoreflect.Value, field protoreflect.FieldDescriptor) *yaml.Node {
	plain := func(s string) *yaml.Node { return &yaml.Node{Kind: yaml.ScalarNode, Value: s} }
	switch {
	case isDuration(field):
		d, _ := v.Message().Interface().(*durationpb.Duration)
		return plain(spanText(d.AsDuration()))
	case field.Message() != nil:
		return messageNode(v.Message(), false)
	case field.Kind() == protoreflect.StringKind:
		return text(v.String())
	case field.Kind() == protoreflect.EnumKind:
		if i := int(v.Enum()); i > 0 && i < field.Enum().Values().Len() {
			return plain(enumNames(field.Enum())[i-1])
		}
		return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!null", Value: "null"}
	case field.Kind() == protoreflect.DoubleKind:
		return plain(strconv.FormatFloat(v.Float(), 'g', -1, 64))
	}
	return plain(v.String())
}

// text is a string, quoted where YAML would take it for something else.
func text(s string) *yaml.Node {
	n := &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: s}
	if strings.Contains(s, "\n") {
		n.Style = yaml.LiteralStyle
	}
	return n
}

// spanText is d without the zero parts at its end: "1m" and not "1m0s".
func spanText(d time.Duration) string {
	s := d.String()
	if strings.HasSuffix(s, "m0s") {
		s = strings.TrimSuffix(s, "0s")
	}
	if strings.HasSuffix(s, "h0m") {
		s = strings.TrimSuffix(s, "0m")
	}
	return s
}
