package rpc_test

import (
	"regexp"
	"slices"
	"strings"

	"google.golang.org/protobuf/reflect/protoreflect"

	handoffv1 "github.com/honeyguide-chat/honeyguide/api/gen/honeyguide/handoff/v1"
)

// leaf is a field somewhere in a request. Lists get one entry on the way, maps
// one key.
type leaf struct {
	method protoreflect.MethodDescriptor
	path   []protoreflect.FieldDescriptor
}

func (l leaf) String() string {
	s := string(l.method.Name())
	for _, f := range l.path {
		s += "." + string(f.Name())
	}
	return s
}

func (l leaf) last() protoreflect.FieldDescriptor { return l.path[len(l.path)-1] }

// leaves returns all fields of the services' requests that hold no fields of
// the API themselves.
func leaves() []leaf {
	var all []leaf
	var walk func(l leaf, m protoreflect.MessageDescriptor)
	walk = func(l leaf, m protoreflect.MessageDescriptor) {
		for i := range m.Fields().Len() {
			f := m.Fields().Get(i)
			at := leaf{l.method, append(slices.Clone(l.path), f)}
			switch {
			case f.IsMap(), f.Message() == nil, strings.HasPrefix(string(f.Message().FullName()), "google."):
				all = append(all, at)
			default:
				walk(at, f.Message())
			}
		}
	}
	for _, file := range []protoreflect.FileDescriptor{handoffv1.File_honeyguide_handoff_v1_handoff_proto, handoffv1.File_honeyguide_handoff_v1_supervisor_proto} {
		methods := file.Services().Get(0).Methods()
		for i := range methods.Len() {
			walk(leaf{method: methods.Get(i)}, methods.Get(i).Input())
		}
	}
	return all
}

// holdsText reports whether the field is one of text: a list of texts and the
// keys of a map count.
func (l leaf) holdsText() bool {
	f := l.last()
	return f.IsMap() && f.MapKey().Kind() == protoreflect.StringKind || f.Kind() == protoreflect.StringKind
}

// set puts value into a request: for a map it is the key.
func (l leaf) set(m protoreflect.Message, value protoreflect.Value) {
	for _, f := range l.path[:len(l.path)-1] {
		if !f.IsList() {
			m = m.Mutable(f).Message()
			continue
		}
		list := m.Mutable(f).List()
		if list.Len() == 0 {
			list.AppendMutable()
		}
		m = list.Get(0).Message()
	}
	switch f := l.last(); {
	case f.IsMap() && f.MapValue().Message() != nil:
		m.Mutable(f).Map().Mutable(value.MapKey())
	case f.IsMap():
		m.Mutable(f).Map().Set(value.MapKey(), protoreflect.ValueOfInt32(1))
	case f.IsList():
		m.Mutable(f).List().Append(value)
	default:
		m.Set(f, value)
	}
}

// fieldPath is a path of a violation: what is in brackets is a place in a list,
// or a key.
var fieldPath = regexp.MustCompile(`^([a-z_]+)(\[(?:\d+|".*?")\])?(?:\.(.+))?$`)

// names reports whether a path leads to a field of a message.
func names(m protoreflect.MessageDescriptor, path string) bool {
	parts := fieldPath.FindStringSubmatch(path)
	if parts == nil {
		return false
	}
	f := m.Fields().ByName(protoreflect.Name(parts[1]))
	if f == nil || parts[2] != "" && !f.IsList() && !f.IsMap() {
		return false
	}
	if parts[3] == "" {
		return true
	}
	inner := f.Message()
	if f.IsMap() {
		inner = f.MapValue().Message()
	}
	return inner != nil && (parts[2] != "" || !f.IsList()) && names(inner, parts[3])
}

// plain returns a path without what is in brackets.
func plain(path string) string { return brackets.ReplaceAllString(path, "") }

var brackets = regexp.MustCompile(`\[(\d+|".*?")\]`)
