package main

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/honeyguide-chat/honeyguide/intent/eval"
	"github.com/honeyguide-chat/honeyguide/knowledge"
)

// comparison is the same questions under other circumstances.
type comparison struct {
	Name string `json:"name"`
	*eval.Comparison
}

// evalReport is what eval prints as JSON: a report, and what it is compared with.
type evalReport struct {
	*eval.Report
	Comparisons []comparison `json:"comparisons,omitempty"`
}

// writeJSON writes one value in the form of all reports.
func writeJSON(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return fmt.Errorf("writing JSON: %w", err)
	}
	return nil
}

// changes are what --compare changes: names of flags with other values.
type changes map[string]string

// apply sets what is changed, by name: texts, and numbers, which the caller
// checks. It is a usage error where there is no such name, or no number.
func (c changes) apply(cmd *cobra.Command, texts map[string]*string, numbers map[string]*float64) error {
	for _, name := range slices.Sorted(maps.Keys(c)) {
		if text, ok := texts[name]; ok {
			*text = c[name]
			continue
		}
		number, ok := numbers[name]
		if !ok {
			names := slices.Sorted(maps.Keys(texts))
			names = append(names, slices.Sorted(maps.Keys(numbers))...)
			return usagef(cmd, "--compare: there is no %q to change; there are: %s", name, strings.Join(names, ", "))
		}
		var err error
		if *number, err = strconv.ParseFloat(c[name], 64); err != nil {
			return usagef(cmd, "--compare: %s=%s is no number", name, c[name])
		}
	}
	return nil
}

// String says what is changed.
func (c changes) String() string {
	var parts []string
	for _, name := range slices.Sorted(maps.Keys(c)) {
		parts = append(parts, name+"="+c[name])
	}
	return strings.Join(parts, ", ")
}

// checkTolerance reports a tolerance that cannot be kept. 0 is that of the tree.
func checkTolerance(cmd *cobra.Command, tolerance float64) error {
	if tolerance == 0 || tolerance >= knowledge.MinTolerance && tolerance <= knowledge.MaxTolerance {
		return nil
	}
	return usagef(cmd, "--tolerance %v is not %v to %v, nor 0 for what the tree says", tolerance, knowledge.MinTolerance, knowledge.MaxTolerance)
}
