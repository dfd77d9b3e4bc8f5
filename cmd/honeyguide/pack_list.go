package main

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/honeyguide-chat/honeyguide/intent/embed/pack"
)

func newPackListCommand(open openShelf) *cobra.Command {
	o := packFlags{open: open}
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List the packs that are there and those that can be made",
		Long: `List the packs that are there and those that can be made.

Data files are not read: "whole" means that all are there in their size. See
"honeyguide pack verify" for more.`,
		Example: `  honeyguide pack list
  honeyguide pack list --packs /var/lib/honeyguide/packs --json`,
		Args: noArguments("packs are in the folder of --packs"),
		RunE: func(cmd *cobra.Command, _ []string) error {
			packs, err := listPacks(o.shelf())
			if err != nil {
				return err
			}
			if asJSON {
				return printPacksJSON(cmd.OutOrStdout(), packs)
			}
			return printPacks(cmd.OutOrStdout(), o.shelf().Root, packs)
		},
	}
	o.add(cmd)
	cmd.Flags().BoolVar(&asJSON, "json", false, "print {\"packs\": [...]} instead of lines")
	return cmd
}

// noArguments refuses any; hint says where things are given instead.
func noArguments(hint string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) > 0 {
			return usagef(cmd, "there is no argument %q to give; %s", args[0], hint)
		}
		return nil
	}
}

// packReport is what is said of one pack.
type packReport struct {
	Name     string         `json:"name"`
	Kind     string         `json:"kind"`
	State    string         `json:"state"` // "whole", "damaged" or "not made"
	Problem  string         `json:"problem,omitempty"`
	Folder   string         `json:"folder"`
	Size     int64          `json:"size"`
	License  string         `json:"license"`
	Manifest *pack.Manifest `json:"manifest,omitempty"`
}

// listPacks reports on the packs of a shelf and on those that could be there.
func listPacks(shelf *pack.Shelf) ([]packReport, error) {
	there, err := shelf.List()
	if err != nil {
		return nil, err
	}
	reports := []packReport{} // a list even where it is empty
	seen := make(map[string]bool)
	for _, info := range there {
		seen[info.Name] = true
		r := packReport{Name: info.Name, State: "whole", Folder: shelf.Dir(info.Name)}
		if info.Err != nil {
			r.State, r.Problem = "damaged", info.Err.Error()
		}
		if m := info.Manifest; m != nil {
			r.Kind, r.Size, r.License, r.Manifest = m.Kind, m.Size(), m.License, m
		}
		reports = append(reports, r)
	}
	for _, r := range shelf.Recipes {
		if !seen[r.Name] {
			reports = append(reports, packReport{Name: r.Name, Kind: r.Kind, State: "not made", Folder: shelf.Dir(r.Name), License: r.License})
		}
	}
	return reports, nil
}

func printPacks(w io.Writer, root string, packs []packReport) error {
	var b bytes.Buffer
	if where, err := filepath.Abs(root); err == nil {
		root = where
	}
	fmt.Fprintf(&b, "packs in %s\n\n", root)
	table := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "name\tstate\tsize\tlanguages\tlicence\twhat it is")
	for _, r := range packs {
		size, languages := "-", "-"
		if r.Manifest != nil {
			size, languages = bytesText(r.Size), strings.Join(r.Manifest.Languages, ", ")
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\t%s\n", r.Name, r.State, size, languages, cmp.Or(r.License, "-"), cmp.Or(r.Kind, "-"))
	}
	if err := table.Flush(); err != nil {
		return fmt.Errorf("the list of packs: %w", err)
	}
	p := newPalette(w)
	for _, r := range packs {
		for line := range strings.Lines(r.Problem) {
			fmt.Fprintln(&b, p.bad.Sprint(r.Name+":"), strings.TrimSpace(line))
		}
	}
	return say(w, b.String())
}

func printPacksJSON(w io.Writer, packs []packReport) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	if err := e.Encode(map[string]any{"packs": packs}); err != nil {
		return fmt.Errorf("packs as JSON: %w", err)
	}
	return nil
}
