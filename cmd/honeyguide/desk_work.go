package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	handoffv1 "github.com/honeyguide-chat/honeyguide/api/gen/honeyguide/handoff/v1"
)

func newDeskWorkCommand() *cobra.Command {
	var o deskFlags
	var presence string
	cmd := &cobra.Command{
		Use:   "work",
		Short: "Answer customers, line by line",
		Long: `Answer customers, line by line. What you type goes to the customer whose ticket
is in the prompt; lines that begin with / are commands. A ticket is named by
the beginning of its id.

You are online from the start unless --presence says otherwise, and go offline
at the end: tickets that you still hold then go back to the front of the line.

` + deskHelp(),
		Example: `  HONEYGUIDE_TOKEN=$(cat agent.token) honeyguide desk work
  honeyguide desk work --presence busy --server desk.example:7070`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) (err error) {
			p, ok := presences[presence]
			if !ok {
				return usagef(cmd, "--presence %q is not online, busy or away", presence)
			}
			c, err := o.dial(cmd)
			if err != nil {
				return err
			}
			defer func() { err = errors.Join(err, c.conn.Close()) }()
			return workAtDesk(cmd.Context(), c, p, cmd.InOrStdin(), cmd.OutOrStdout(), cmd.ErrOrStderr())
		},
	}
	o.add(cmd)
	cmd.Flags().StringVar(&presence, "presence", "online", "begin as `online`, busy or away")
	return cmd
}

var presences = map[string]handoffv1.Presence{
	"online": handoffv1.Presence_PRESENCE_ONLINE,
	"busy":   handoffv1.Presence_PRESENCE_BUSY,
	"away":   handoffv1.Presence_PRESENCE_AWAY,
}

// deskWork is an agent at a terminal.
type deskWork struct {
	client  handoffv1.HandoffServiceClient
	view    *deskView
	err     *printer
	current string // id of the ticket that is answered; "" is none
	hints   []hint // what /use can send
	live    bool   // a person types
	shown   bool   // a prompt stands at the end of what is shown
}

// hint is a reply that can be sent by its number.
type hint struct{ node, text string }

// workAtDesk lets an agent work until the input or ctx ends.
func workAtDesk(ctx context.Context, c handoffv1.HandoffServiceClient, p handoffv1.Presence, in io.Reader, out, stderr io.Writer) error {
	res, err := c.SetPresence(ctx, &handoffv1.SetPresenceRequest{Presence: p})
	if err != nil {
		return quiet(ctx, remoteError(err))
	}
	w := &deskWork{
		client: c, view: newDeskView(out, res.GetAgent(), false), err: newPrinter(stderr),
		live: isTerminal(in) && isTerminal(out),
	}
	w.view.out.aside(fmt.Sprintf("you are %s, with room for %d; /help shows the commands", presenceText(res.GetAgent()), res.GetAgent().GetCapacity()))
	return errors.Join(quiet(ctx, w.run(ctx, in)), w.goHome(ctx))
}

// goHome goes offline, also where ctx has ended.
func (w *deskWork) goHome(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), remoteTimeout)
	defer cancel()
	held := len(w.view.held())
	_, err := w.client.SetPresence(ctx, &handoffv1.SetPresenceRequest{Presence: handoffv1.Presence_PRESENCE_OFFLINE})
	if held > 0 && err == nil {
		w.err.aside(fmt.Sprintf("%s that you still held went back to the front of the line", count(held, "ticket")))
	}
	return errors.Join(remoteError(err), w.err.flush())
}

func (w *deskWork) run(ctx context.Context, in io.Reader) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	events := make(chan deskEvent)
	go newDeskFeed(w.client).run(ctx, events)
	lines := readLines(ctx, in)
	for {
		if err := w.prompt(); err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return nil
		case e := <-events:
			if err := w.hear(e); err != nil {
				return err
			}
		case l, ok := <-lines:
			if !ok || l.err != nil {
				return l.err
			}
			w.shown = false
			if quit, err := w.obey(ctx, strings.TrimSpace(l.text)); quit || err != nil {
				return err
			}
		}
	}
}

func (w *deskWork) prompt() error {
	if w.live && !w.shown {
		w.shown = true
		w.view.out.b.WriteString(short(w.current))
		w.view.out.prompt()
	}
	return w.view.out.flush()
}

// hear shows what has come while nothing was typed.
func (w *deskWork) hear(e deskEvent) error {
	if e.err == nil && isHeartbeat(e.news) {
		return nil
	}
	if w.shown {
		w.shown = false
		w.view.out.clear()
	}
	if e.err != nil {
		w.err.aside("not connected, trying again: " + e.err.Error())
		return errors.Join(w.view.out.flush(), w.err.flush())
	}
	w.view.show(e.news)
	w.choose()
	return nil
}

func isHeartbeat(n *handoffv1.WatchDeskResponse) bool {
	return n.GetAgent() == nil && len(n.GetTickets()) == 0 && len(n.GetLines()) == 0 && n.GetAlarms() == nil
}

// choose keeps the current ticket one that is held. Where only one is, it is
// that one.
func (w *deskWork) choose() {
	held := w.view.held()
	for _, t := range held {
		if t.GetId() == w.current {
			return
		}
	}
	w.become("")
	if len(held) == 1 {
		w.become(held[0].GetId())
	}
}

func (w *deskWork) become(ticket string) {
	if w.current != ticket {
		w.current, w.hints = ticket, nil
	}
}

// obey does what a line says: a command, or something to say to the customer.
// What a server refuses costs a person who types no more than a word; a script
// ends.
func (w *deskWork) obey(ctx context.Context, line string) (quit bool, err error) {
	if line == "" {
		return false, nil
	}
	if line == "/quit" {
		return true, nil
	}
	if err := w.do(ctx, line); err != nil {
		if !w.live {
			return false, err
		}
		w.err.aside(err.Error())
	}
	return false, errors.Join(w.view.out.flush(), w.err.flush())
}

func (w *deskWork) do(ctx context.Context, line string) error {
	ctx, cancel := context.WithTimeout(ctx, remoteTimeout)
	defer cancel()
	if !strings.HasPrefix(line, "/") {
		return w.reply(ctx, line, "")
	}
	name, args, _ := strings.Cut(line[1:], " ")
	for _, c := range deskCommands() {
		if c.name == name {
			return c.do(w, ctx, strings.TrimSpace(args))
		}
	}
	return fmt.Errorf("there is no command /%s; /help shows which there are", name)
}
