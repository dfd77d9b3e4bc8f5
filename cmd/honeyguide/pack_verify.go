package main

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/honeyguide-chat/honeyguide/intent/embed/pack"
)

func newPackVerifyCommand(open openShelf) *cobra.Command {
	o := packFlags{open: open}
	cmd := &cobra.Command{
		Use:   "verify [NAME...]",
		Short: "Read packs whole and try them",
		Long: `Read packs whole and try them: every file has its checksum, there are no others,
the pack opens, and fixed texts give the vectors that they gave when it was made.
Without names, all packs that are there. The exit code is 1 if anything is wrong.`,
		Example: `  honeyguide pack verify
  honeyguide pack verify gloss --packs /var/lib/honeyguide/packs`,
		Args: func(cmd *cobra.Command, names []string) error {
			return knownPacks(cmd, o.shelf(), names)
		},
		RunE: func(cmd *cobra.Command, names []string) error {
			return verifyPacks(cmd, o.shelf(), names)
		},
	}
	o.add(cmd)
	return cmd
}

func verifyPacks(cmd *cobra.Command, shelf *pack.Shelf, names []string) error {
	if len(names) == 0 {
		there, err := shelf.List()
		if err != nil {
			return err
		}
		for _, info := range there {
			names = append(names, info.Name)
		}
	}
	if len(names) == 0 {
		return say(cmd.ErrOrStderr(), "there are no packs in "+shelf.Root+"\n")
	}
	p := newPalette(cmd.OutOrStdout())
	var failed error
	for _, name := range names {
		steps := &steps{w: cmd.ErrOrStderr()}
		err := shelf.Verify(cmd.Context(), name, steps.show)
		steps.end()
		if cmd.Context().Err() != nil {
			return err
		}
		text := fmt.Sprintf("%s %s\n", p.strong.Sprint(name+":"), p.good.Sprint("good"))
		if err != nil {
			failed = errReported
			text = fmt.Sprintf("%s %v\n", p.bad.Sprint(name+":"), err)
		}
		if err := say(cmd.OutOrStdout(), text); err != nil {
			return errors.Join(failed, err)
		}
	}
	return failed
}
