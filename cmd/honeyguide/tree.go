package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/honeyguide-chat/honeyguide/knowledge"
	"github.com/honeyguide-chat/honeyguide/knowledge/treefile"
)

func newTreeCommand() *cobra.Command {
	return group(&cobra.Command{
		Use:   "tree",
		Short: "Work with knowledge trees",
	}, newTreeLintCommand())
}

func newTreeLintCommand() *cobra.Command {
	var tests string
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "lint FILE...",
		Short: "List everything that is wrong with knowledge trees",
		Long: `List everything that is wrong with knowledge trees, one problem a line:

  FILE:LINE:COLUMN: RULE: MESSAGE

The exit code is 1 if there is anything. Line 0 means the file as a whole.`,
		Example: `  honeyguide tree lint shop.yaml
  honeyguide tree lint shop.yaml --tests customers.tsv
  honeyguide tree lint --json *.yaml`,
		Args: func(cmd *cobra.Command, args []string) error {
			switch {
			case len(args) == 0:
				return usagef(cmd, "say which file to check")
			case tests != "" && len(args) > 1:
				return usagef(cmd, "--tests belongs to one tree, but there are %d files", len(args))
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, files []string) error {
			problems := lintFiles(files, tests)
			if err := printProblems(cmd.OutOrStdout(), problems, asJSON); err != nil {
				return err
			}
			checked := len(files)
			if tests != "" {
				checked++
			}
			return summarise(cmd.ErrOrStderr(), problems, checked)
		},
	}
	cmd.Flags().StringVar(&tests, "tests", "", "also check the test questions in this TSV `file`")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print {\"problems\": [...]} instead of lines")
	return cmd
}

func lintFiles(files []string, tests string) []knowledge.Problem {
	var problems []knowledge.Problem
	for _, name := range files {
		data, bad := readFile(name)
		problems = append(problems, bad...)
		if bad == nil {
			problems = append(problems, treefile.Lint(name, data)...)
		}
		if tests == "" {
			continue
		}
		rows, bad := readFile(tests)
		problems = append(problems, bad...)
		if bad == nil {
			_, bad = readQuestions(tests, rows, knowledge.NewTree(treefile.Parse(name, data).Document))
			problems = append(problems, bad...)
		}
	}
	return problems
}

func printProblems(w io.Writer, problems []knowledge.Problem, asJSON bool) error {
	var b bytes.Buffer
	if asJSON {
		if problems == nil {
			problems = []knowledge.Problem{} // a list even where it is empty
		}
		e := json.NewEncoder(&b)
		e.SetIndent("", "  ")
		e.SetEscapeHTML(false)
		if err := e.Encode(map[string]any{"problems": problems}); err != nil {
			return fmt.Errorf("problems as JSON: %w", err)
		}
		return say(w, b.String())
	}
	p := newPalette(w)
	for _, problem := range problems {
		at := fmt.Sprintf("%s:%d:%d:", problem.File, problem.Line, problem.Column)
		fmt.Fprintln(&b, p.strong.Sprint(at), p.bad.Sprint(problem.Rule+":"), problem.Message)
	}
	return say(w, b.String())
}

// summarise says how many problems there are, and is an error if there are any.
func summarise(w io.Writer, problems []knowledge.Problem, files int) error {
	p := newPalette(w)
	if len(problems) == 0 {
		return say(w, p.good.Sprintf("%s, no problems", count(files, "file"))+"\n")
	}
	summary := p.bad.Sprintf("%s in %s", count(len(problems), "problem"), count(files, "file"))
	return errors.Join(errReported, say(w, summary+"\n"))
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
