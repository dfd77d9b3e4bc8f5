package main

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"go.yaml.in/yaml/v3"
)

// The flags that are not settings: where to look for these, and to show them.
const (
	configFlag      = "config"
	printConfigFlag = "print-config"
)

// Annotations of flags.
const (
	originAnnotation = "honeyguide-origin" // where the value comes from
	secretAnnotation = "honeyguide-secret" // the value is never shown
	hiddenAnnotation = "honeyguide-hidden" // refused on the command line
)

// configured lets cmd take its flags from more than the command line. What
// comes first in this list holds:
//
//	the command line          --drain 20s
//	the environment           HONEYGUIDE_DRAIN=20s, where it is not empty
//	the file of --config      drain: 20s
//	the default of the flag
//
// It adds --config. Flags have their values before required ones are missed and
// before cmd runs; its Args must not look at them. lookup is os.LookupEnv
// outside tests.
func configured(cmd *cobra.Command, lookup func(string) (string, bool)) *cobra.Command {
	cmd.Flags().String(configFlag, "", "read flags from this YAML `file`; its keys are their names")
	cmd.PreRunE = func(cmd *cobra.Command, _ []string) error {
		return resolve(cmd.Flags(), lookup)
	}
	return cmd
}

// markSecret marks a flag as one whose value is never shown.
func markSecret(flags *pflag.FlagSet, name string) {
	annotate(flags.Lookup(name), secretAnnotation, "true")
}

// keepOffCommandLine marks a flag as one that only the environment and a file
// can set: a command line is there to be read by everybody on the machine, and
// stays in the history of shells.
func keepOffCommandLine(flags *pflag.FlagSet, name string) {
	f := flags.Lookup(name)
	f.Hidden = true
	annotate(f, hiddenAnnotation, "true")
}

func annotate(f *pflag.Flag, key, value string) {
	if f.Annotations == nil {
		f.Annotations = make(map[string][]string)
	}
	f.Annotations[key] = []string{value}
}

func annotation(f *pflag.Flag, key string) string { return strings.Join(f.Annotations[key], " ") }

// resolve gives every flag that the command line left out its value. It
// reports everything that is wrong in the environment, or else in the file.
func resolve(flags *pflag.FlagSet, lookup func(string) (string, bool)) error {
	takes := func(f *pflag.Flag) bool { return setting(f) || f.Name == configFlag }
	if err := fromEnvironment(flags, lookup, takes); err != nil {
		return err
	}
	file, err := flags.GetString(configFlag)
	if err != nil || file == "" {
		return err
	}
	return fromFile(flags, file)
}

// fromEnvironment gives the flags that the command line left out, and that the
// environment may set, the values that it has. It reports all that is wrong there.
func fromEnvironment(flags *pflag.FlagSet, lookup func(string) (string, bool), takes func(*pflag.Flag) bool) error {
	var failed []error
	flags.VisitAll(func(f *pflag.Flag) {
		name := variable(f.Name)
		switch value, ok := lookup(name); {
		case f.Changed && annotation(f, hiddenAnnotation) != "":
			failed = append(failed, fmt.Errorf("--%s: not on the command line, where others can read it: set %s%s", f.Name, name, orInFile(flags, f)))
		case f.Changed:
			annotate(f, originAnnotation, "command line")
		case ok && value != "" && takes(f):
			failed = append(failed, set(f, "environment, "+name, value))
		}
	})
	return errors.Join(failed...)
}

// orInFile says that a flag can be set in the file, where the command has one.
func orInFile(flags *pflag.FlagSet, f *pflag.Flag) string {
	if flags.Lookup(configFlag) == nil {
		return ""
	}
	return fmt.Sprintf(", or %s in the file of --%s", f.Name, configFlag)
}

// setting reports whether a flag is one that can be configured.
func setting(f *pflag.Flag) bool {
	return f.Name != configFlag && f.Name != printConfigFlag && f.Name != "help"
}

// settingNames returns the names of what can be configured.
func settingNames(flags *pflag.FlagSet) []string {
	var names []string
	flags.VisitAll(func(f *pflag.Flag) {
		if setting(f) {
			names = append(names, f.Name)
		}
	})
	return names
}

// variable returns the environment's name of a flag.
func variable(flag string) string {
	return "HONEYGUIDE_" + strings.ToUpper(strings.ReplaceAll(flag, "-", "_"))
}

// set sets a flag to a value from somewhere.
func set(f *pflag.Flag, from, value string) error {
	return changed(f, from, f.Value.Set(value))
}

// changed notes where a flag was set, unless err says that it was not.
func changed(f *pflag.Flag, from string, err error) error {
	switch {
	case err != nil && secret(f):
		return fmt.Errorf("%s: not a value of --%s", from, f.Name) // err may quote it
	case err != nil:
		return fmt.Errorf("%s: not a value of --%s: %w", from, f.Name, err)
	}
	annotate(f, originAnnotation, from)
	f.Changed = true
	return nil
}

func secret(f *pflag.Flag) bool { return annotation(f, secretAnnotation) != "" }

// fromFile gives flags that nothing else has set their values from a file. It
// reports everything that is wrong with the file.
func fromFile(flags *pflag.FlagSet, name string) error {
	data, err := os.ReadFile(name)
	if err != nil {
		return fmt.Errorf("--%s: %w", configFlag, err)
	}
	root, err := settingsIn(name, data)
	if err != nil || root == nil {
		return err
	}
	var failed []error
	seen := make(map[string]bool)
	for i := 0; i+1 < len(root.Content); i += 2 {
		key, value := root.Content[i], root.Content[i+1]
		at := fmt.Sprintf("%s:%d", name, key.Line)
		f := flags.Lookup(key.Value)
		switch {
		case seen[key.Value]:
			failed = append(failed, fmt.Errorf("%s: %s is there twice", at, key.Value))
		case f == nil || !setting(f):
			failed = append(failed, fmt.Errorf("%s: there is no setting %q; the settings are: %s",
				at, key.Value, strings.Join(settingNames(flags), ", ")))
		case !f.Changed:
			failed = append(failed, setNode(f, at, value))
		}
		seen[key.Value] = true
	}
	return errors.Join(failed...)
}

// settingsIn returns the mapping that a file holds, or nil where there are only
// comments.
func settingsIn(name string, data []byte) (*yaml.Node, error) {
	root, err := documentIn(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if root != nil && root.Kind != yaml.MappingNode {
		return nil, fmt.Errorf("%s:%d: the file must hold settings such as %q", name, root.Line, "drain: 10s")
	}
	return root, nil
}

// documentIn returns the one document that a file holds, or nil where there are
// only comments.
func documentIn(data []byte) (*yaml.Node, error) {
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	var doc, more yaml.Node
	if err := decoder.Decode(&doc); errors.Is(err, io.EOF) {
		return nil, nil
	} else if err != nil {
		return nil, err
	}
	if err := decoder.Decode(&more); !errors.Is(err, io.EOF) {
		return nil, errors.Join(errors.New("the file must hold one document"), err)
	}
	return doc.Content[0], nil
}

// setNode sets a flag to what a file holds.
func setNode(f *pflag.Flag, at string, value *yaml.Node) error {
	list, isList := f.Value.(pflag.SliceValue)
	switch {
	case value.Kind == yaml.ScalarNode:
		return set(f, at, value.Value)
	case value.Kind != yaml.SequenceNode || !isList:
		return fmt.Errorf("%s: %s must be one value", at, f.Name)
	}
	values := []string{}
	for _, item := range value.Content {
		if item.Kind != yaml.ScalarNode {
			return fmt.Errorf("%s: an item of %s is no single value", at, f.Name)
		}
		values = append(values, item.Value)
	}
	return changed(f, at, list.Replace(values))
}

// printEffective writes the settings as YAML that --config reads, each with
// where it comes from. What must not be shown is left out, in a comment.
func printEffective(w io.Writer, flags *pflag.FlagSet) error {
	var b bytes.Buffer
	for _, name := range settingNames(flags) {
		f := flags.Lookup(name)
		origin := cmp.Or(annotation(f, originAnnotation), "default")
		if words := hidden(f); words != "" {
			fmt.Fprintf(&b, "# %s: %s # %s\n", name, words, origin)
			continue
		}
		line, err := yaml.Marshal(&yaml.Node{Kind: yaml.MappingNode, Content: []*yaml.Node{
			{Kind: yaml.ScalarNode, Value: name}, valueNode(f),
		}})
		if err != nil {
			return fmt.Errorf("--%s: --%s: %w", printConfigFlag, name, err)
		}
		fmt.Fprintf(&b, "%s # %s\n", bytes.TrimRight(line, "\n"), origin)
	}
	return say(w, b.String())
}

// valueNode returns the value of a flag as it stands in a file.
func valueNode(f *pflag.Flag) *yaml.Node {
	if list, ok := f.Value.(pflag.SliceValue); ok {
		n := &yaml.Node{Kind: yaml.SequenceNode, Style: yaml.FlowStyle}
		for _, v := range list.GetSlice() {
			n.Content = append(n.Content, &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: v})
		}
		return n
	}
	n := &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: f.Value.String()}
	if strings.Contains(n.Value, "\n") {
		n.Style = yaml.DoubleQuotedStyle // one line, so that a comment can follow
	}
	switch f.Value.Type() {
	case "bool", "int", "int32", "int64", "uint", "uint32", "uint64", "float32", "float64":
		n.Tag = "" // a plain word
	}
	return n
}

// hidden returns what is said instead of a value that must not be shown, or "".
func hidden(f *pflag.Flag) string {
	value := f.Value.String()
	switch {
	case secret(f) && value == "":
		return "not set"
	case secret(f):
		return "set, not shown"
	case strings.Contains(value, "://") && strings.Contains(value, "@"):
		return "set, not shown since it holds a password"
	}
	return ""
}
