package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"
)

// askFlags are those of the command.
type askFlags struct {
	tree, tests, locale    string
	server, token, session string
	explain                bool
}

func newAskCommand() *cobra.Command {
	var o askFlags
	cmd := &cobra.Command{
		Use:   "ask [QUESTION]",
		Short: "Talk to the bot in the terminal",
		Long: `Talk to the bot in the terminal, as a customer would. With QUESTION it puts
that one question and ends; without, it goes on until the end of the input.
What the bot offers is picked by its number or in words.

It runs the bot itself, with the tree that comes with the program or the one of
--tree, and forgets everything at the end. With --server it talks to a server
instead: then the conversation is kept and --session goes on with it.

` + talkHelp,
		Example: `  honeyguide ask
  honeyguide ask --locale en "my parcel says delivered but I never got it"
  honeyguide ask --tree shop.yaml --tests customers.tsv --explain < utterances.txt
  HONEYGUIDE_TOKEN=$(cat visitor.token) honeyguide ask --server 127.0.0.1:7070`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := o.check(cmd); err != nil {
				return err
			}
			return ask(cmd.Context(), o, strings.Join(args, " "), cmd.InOrStdin(), cmd.OutOrStdout(), cmd.ErrOrStderr())
		},
	}
	fs := cmd.Flags()
	fs.StringVar(&o.tree, "tree", "", "answer from the tree in this YAML `file`")
	fs.StringVar(&o.tests, "tests", "", "calibrate on the questions of this TSV `file`")
	fs.StringVar(&o.locale, "locale", "", "`language`: of the tree that comes with the program (zh-CN or en), or of the bot's phrases on a server (default: zh-CN, the shop's)")
	fs.StringVar(&o.server, "server", "", "talk to the gRPC server at `host:port`; without TLS only on loopback")
	fs.StringVar(&o.token, "token", "", "the visitor's `token` for the server; better in HONEYGUIDE_TOKEN, which other users do not see")
	fs.StringVar(&o.session, "session", "", "go on with this session of the server")
	fs.BoolVar(&o.explain, "explain", false, "show why the bot did what it did")
	markSecret(fs, "token")
	return cmd
}

// check refuses flags that do not go together. They may come from the
// environment, so that Args would be too early to look.
func (o *askFlags) check(cmd *cobra.Command) error {
	switch {
	case o.server == "" && o.session != "":
		return usagef(cmd, "--session is kept by a server; say which with --server")
	case o.server != "" && (o.tree != "" || o.tests != ""):
		return usagef(cmd, "--server has its own knowledge; --tree and --tests are for a bot without one")
	case o.server != "" && o.token == "":
		return usagef(cmd, "--server needs a visitor's token, in HONEYGUIDE_TOKEN or --token; \"honeyguide token\" makes one")
	case o.tree == "" && o.tests != "":
		return usagef(cmd, "--tests belong to a tree; say which with --tree")
	}
	return nil
}

// ask holds a conversation. The end of ctx is a way to end it, not an error.
func ask(ctx context.Context, o askFlags, question string, stdin io.Reader, stdout, stderr io.Writer) (err error) {
	h, leave, err := o.open(ctx, stderr)
	if err != nil {
		return quiet(ctx, err)
	}
	defer func() { err = errors.Join(err, leave()) }()
	t := newTalk(h, stdin, stdout, stderr)
	t.why = o.explain
	if _, ok := h.(explainer); !ok && o.explain {
		t.err.aside("what the server made of the words it shows to editors only (ExplainMatch); here is the rest")
		if err := t.err.flush(); err != nil {
			return err
		}
	}
	if err := t.begin(ctx, question == ""); err != nil {
		return quiet(ctx, err)
	}
	if question != "" {
		return quiet(ctx, t.utter(ctx, question))
	}
	return quiet(ctx, t.run(ctx))
}

// quiet drops the error of what ended because the user ended it.
func quiet(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return nil
	}
	return err
}

// open returns the session to talk in, and what ends its use.
func (o *askFlags) open(ctx context.Context, stderr io.Writer) (host, func() error, error) {
	if o.server == "" {
		return openLocal(ctx, *o, stderr)
	}
	r, err := dialRemote(o.server, o.token)
	if err != nil {
		return nil, nil, err
	}
	if err := r.join(ctx, o.session, o.locale); err != nil {
		return nil, nil, errors.Join(err, r.close())
	}
	leave := func() error {
		hint := fmt.Sprintf("This was session %s; go on with it by --session.\n", r.id)
		return errors.Join(say(stderr, newPalette(stderr).faint.Sprint(hint)), r.close())
	}
	return r, leave, nil
}
