package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	handoffv1 "github.com/honeyguide-chat/honeyguide/api/gen/honeyguide/handoff/v1"
	"github.com/honeyguide-chat/honeyguide/knowledge"
)

// rulesHelp says what a file of rules is.
const rulesHelp = `A file of rules is YAML with the JSON names of honeyguide.handoff.v1.Rules;
docs/handoff.md lists them. Time spans are written as 20s or 1m30s, the mode as
push, assign or pull. What the file leaves out is as by default, not as it was.`

func newDeskRulesCommand(configure func(*cobra.Command) *cobra.Command) *cobra.Command {
	return group(&cobra.Command{
		Use:   "rules",
		Short: "Show, check and set how customers reach agents",
		Long:  "Show, check and set how customers reach agents.\n\n" + rulesHelp,
	},
		configure(newDeskRulesShowCommand()),
		newDeskRulesLintCommand(),
		configure(newDeskRulesSetCommand()),
	)
}

func newDeskRulesShowCommand() *cobra.Command {
	var o deskFlags
	cmd := &cobra.Command{
		Use:     "show",
		Short:   "Print the shop's rules as YAML",
		Example: `  honeyguide desk rules show > rules.yaml`,
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return o.call(cmd, func(ctx context.Context, c *deskClient) error {
				res, err := c.supervisor.GetRules(ctx, &handoffv1.GetRulesRequest{})
				if err != nil {
					return remoteError(err)
				}
				text, err := writeRules(res.GetRules())
				if err != nil {
					return err
				}
				return say(cmd.OutOrStdout(), string(text))
			})
		},
	}
	o.add(cmd)
	return cmd
}

func newDeskRulesLintCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "lint FILE...",
		Short: "List everything that is wrong with files of rules",
		Long: `List everything that is wrong with files of rules, one problem a line:

  FILE:LINE:COLUMN: RULE: MESSAGE

It needs no server. The exit code is 1 if there is anything.

` + rulesHelp,
		Example: `  honeyguide desk rules lint rules.yaml`,
		Args:    cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, files []string) error {
			var problems []knowledge.Problem
			for _, name := range files {
				data, bad := readFile(name)
				problems = append(problems, bad...)
				if bad == nil {
					problems = append(problems, readRules(name, data).problems...)
				}
			}
			if err := printProblems(cmd.OutOrStdout(), problems, asJSON); err != nil {
				return err
			}
			return summarise(cmd.ErrOrStderr(), problems, len(files))
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print {\"problems\": [...]} instead of lines")
	return cmd
}

func newDeskRulesSetCommand() *cobra.Command {
	var o deskFlags
	cmd := &cobra.Command{
		Use:   "set FILE",
		Short: "Replace the shop's rules by those of a file",
		Long: `Replace the shop's rules by those of a file, if nothing is wrong with them. A
file with a version, as "desk rules show" prints it, is refused where somebody
changed the rules since; one without replaces whatever there is.

` + rulesHelp,
		Example: `  honeyguide desk rules set rules.yaml`,
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			data, bad := readFile(args[0])
			if bad != nil {
				return errors.Join(errReported, printProblems(cmd.OutOrStdout(), bad, false))
			}
			f := readRules(args[0], data)
			if len(f.problems) > 0 {
				return errors.Join(printProblems(cmd.OutOrStdout(), f.problems, false), summarise(cmd.ErrOrStderr(), f.problems, 1))
			}
			return o.call(cmd, func(ctx context.Context, c *deskClient) error {
				return c.setRules(ctx, f, cmd.OutOrStdout())
			})
		},
	}
	o.add(cmd)
	return cmd
}

func (c *deskClient) setRules(ctx context.Context, f *rulesFile, out io.Writer) error {
	if f.places["version"] == nil {
		res, err := c.supervisor.GetRules(ctx, &handoffv1.GetRulesRequest{})
		if err != nil {
			return remoteError(err)
		}
		f.rules.Version = res.GetRules().GetVersion()
	}
	res, err := c.supervisor.PutRules(ctx, &handoffv1.PutRulesRequest{Rules: f.rules})
	if problems := f.refused(err); len(problems) > 0 { // by a server that asks for more than this program
		return errors.Join(errReported, printProblems(out, problems, false))
	}
	if status.Code(err) == codes.Aborted {
		return errors.New("somebody changed the rules since version " + fmt.Sprint(f.rules.GetVersion()) + "; see \"honeyguide desk rules show\"")
	}
	if err != nil {
		return remoteError(err)
	}
	return say(out, fmt.Sprintf("version %d of the rules is in force\n", res.GetRules().GetVersion()))
}

// refused returns the problems that a server names, where they stand in the
// file.
func (f *rulesFile) refused(err error) []knowledge.Problem {
	for _, d := range status.Convert(err).Details() {
		if bad, ok := d.(*errdetails.BadRequest); ok {
			for _, v := range bad.GetFieldViolations() {
				path := strings.TrimPrefix(v.GetField(), "rules.")
				f.problem(f.placeOf(path), path, "bad-rule", "%s %s", path, v.GetDescription())
			}
		}
	}
	return f.problems
}
