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

// apply sets what is changed, by name. It is a usage error where there is no
// such name.
func (c changes) apply(cmd *cobra.Command, fields map[string]*string, tolerance *float64) error {
	for _, name := range slices.Sorted(maps.Keys(c)) {
		if name == "tolerance" {
			t, err := strconv.ParseFloat(c[name], 64)
			if err != nil || !tolerable(t) {
				return usagef(cmd, "--compare: tolerance=%s is not above 0 and at most 0.5", c[name])
			}
			*tolerance = t
			continue
		}
		field, ok := fields[name]
		if !ok {
			names := append(slices.Collect(maps.Keys(fields)), "tolerance")
			slices.Sort(names)
			return usagef(cmd, "--compare: there is no %q to change; there are: %s", name, strings.Join(names, ", "))
		}
		*field = c[name]
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

func tolerable(tolerance float64) bool { return tolerance > 0 && tolerance <= 0.5 }
