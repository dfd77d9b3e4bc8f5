package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/honeyguide-chat/honeyguide/cmd/internal/app"
)

// run is main without its globals, so that tests can call it.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) error {
	root := newRootCommand()
	root.SetArgs(append([]string{}, args...)) // nil would mean those of the process
	root.SetIn(stdin)
	root.SetOut(stdout)
	root.SetErr(stderr)
	started := false
	beforeRun(root, func() { started = true })
	cmd, err := root.ExecuteContextC(ctx)
	if _, said := errors.AsType[*usageError](err); err != nil && !started && !said {
		return usagef(cmd, "%w", err) // such as a missing argument
	}
	return err
}

// beforeRun has f called before any command does its work.
func beforeRun(cmd *cobra.Command, f func()) {
	for _, c := range cmd.Commands() {
		beforeRun(c, f)
	}
	if do := cmd.RunE; do != nil {
		cmd.RunE = func(cmd *cobra.Command, args []string) error {
			f()
			return do(cmd, args)
		}
	}
}

func newRootCommand() *cobra.Command {
	root := group(&cobra.Command{
		Use:   "honeyguide",
		Short: "Answer customers from approved knowledge, hand over where that is not enough",
		Long: `Honeyguide answers a shop's customers from its approved knowledge tree, asks
back where it is not sure, and hands over to a human where that is right.`,
		Example: `  honeyguide ask                           talk to the demo shop
  honeyguide tree lint shop.yaml           check a knowledge tree
  honeyguide eval --tree shop.yaml --questions customers.tsv`,
		Version:       version(),
		SilenceErrors: true, // main says them
		SilenceUsage:  true,
	},
		configured(newServeCommand(), os.LookupEnv),
		configured(newDemoCommand(), os.LookupEnv),
		configured(newTokenCommand(), os.LookupEnv),
		configured(newAskCommand(), os.LookupEnv),
		newDeskCommand(func(cmd *cobra.Command) *cobra.Command { return configured(cmd, os.LookupEnv) }),
		newTreeCommand(),
		newPackCommand(app.PackShelf),
		newEvalCommand(),
		newBenchCommand(),
	)
	root.SetFlagErrorFunc(flagError)
	return root
}

// group makes cmd one that only holds others.
func group(cmd *cobra.Command, commands ...*cobra.Command) *cobra.Command {
	cmd.AddCommand(commands...)
	cmd.SuggestionsMinimumDistance = 2
	cmd.Args = func(cmd *cobra.Command, args []string) error {
		if len(args) == 0 {
			return nil
		}
		return unknownCommand(cmd, args[0])
	}
	cmd.RunE = func(cmd *cobra.Command, _ []string) error { return cmd.Help() }
	return cmd
}

func unknownCommand(cmd *cobra.Command, name string) error {
	if near := cmd.SuggestionsFor(name); len(near) > 0 {
		return usagef(cmd, "there is no command %q; did you mean %q?", name, near[0])
	}
	var names []string
	for _, c := range cmd.Commands() {
		if c.IsAvailableCommand() {
			names = append(names, c.Name())
		}
	}
	return usagef(cmd, "there is no command %q; the commands are: %s", name, strings.Join(names, ", "))
}

// flagError says what is wrong with a flag, and which there are.
func flagError(cmd *cobra.Command, err error) error {
	if args := cmd.Flags().Args(); cmd.HasSubCommands() && len(args) > 0 {
		return unknownCommand(cmd, args[0]) // the flag was meant for that command
	}
	if _, ok := errors.AsType[*pflag.NotExistError](err); ok {
		return usagef(cmd, "%w; the flags are: %s", err, strings.Join(flagNames(cmd.Flags()), ", "))
	}
	return usagef(cmd, "%w", err)
}

func flagNames(flags *pflag.FlagSet) []string {
	var names []string
	flags.VisitAll(func(f *pflag.Flag) {
		if !f.Hidden {
			names = append(names, "--"+f.Name)
		}
	})
	return names
}

// A usageError is a mistake in how the program was called.
type usageError struct{ err error }

func (e *usageError) Error() string { return e.err.Error() }
func (e *usageError) Unwrap() error { return e.err }

// usagef returns a usageError that also says where help is.
func usagef(cmd *cobra.Command, format string, args ...any) error {
	err := fmt.Errorf(format, args...)
	return &usageError{fmt.Errorf("%w\nSee: %s --help", err, cmd.CommandPath())}
}

// errReported means that everything has been said already.
var errReported = errors.New("problems were found")

// The exit codes.
const (
	exitProblems = 1
	exitUsage    = 2
)

func exitCode(err error) int {
	switch _, usage := errors.AsType[*usageError](err); {
	case err == nil:
		return 0
	case usage:
		return exitUsage
	}
	return exitProblems
}

// messageOf returns what is left to be said about err.
func messageOf(err error) string {
	if err == nil || errors.Is(err, errReported) {
		return ""
	}
	return err.Error()
}

// version is that of the module, as far as the build knows it.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok || info.Main.Version == "" {
		return "unknown"
	}
	return info.Main.Version
}
