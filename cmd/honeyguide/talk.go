package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"github.com/honeyguide-chat/honeyguide/dialog"
	"github.com/honeyguide-chat/honeyguide/intent"
)

// host is one session, in this process or on a server.
type host interface {
	// say says text as the customer and returns when the bot has replied.
	say(ctx context.Context, text string) error
	// human asks for a human.
	human(ctx context.Context) error
	// session returns the session and, of one that waits, how many are before it.
	session(ctx context.Context) (*dialog.Session, int, error)
	// entries returns all entries after a sequence number, in order.
	entries(ctx context.Context, after uint64) ([]dialog.Entry, error)
	// watch calls wake when there are entries after a sequence number, until ctx
	// ends or the session is over, which is no error.
	watch(ctx context.Context, after uint64, wake func(last uint64)) error
}

// explainer is a host that can say what the bot would make of an utterance.
type explainer interface {
	explain(ctx context.Context, text string) (*intent.Explanation, error)
}

// talkHelp is what a user of the terminal is told.
const talkHelp = `Commands:
  /human       ask for a human
  /state       show the state of the conversation
  /transcript  show everything that was said
  /help        show this
  /quit        end (or Ctrl-D)`

// talk is a conversation in a terminal, or in a script. Everything that is said
// is printed by one path, from the transcript, so that nothing comes twice and
// an agent's words come in their place.
type talk struct {
	host host
	in   io.Reader
	out  *printer
	err  *printer
	why  bool // show why the bot did what it did

	shown uint64 // sequence number of the last entry that was printed
	over  bool   // nothing more can be said
	// live: a person types; otherwise what is read is shown as well.
	live     bool
	prompted bool // a prompt stands at the end of what is shown
}

func newTalk(h host, in io.Reader, out, err io.Writer) *talk {
	return &talk{
		host: h, in: in, out: newPrinter(out), err: newPrinter(err),
		live: isTerminal(in) && isTerminal(out),
	}
}

// begin prints what was said before, or with greet false passes over it.
func (t *talk) begin(ctx context.Context, greet bool) error {
	entries, err := t.host.entries(ctx, 0)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if greet {
			t.out.entry(e)
		}
		t.note(e)
	}
	return t.out.flush()
}

func (t *talk) note(e dialog.Entry) {
	t.shown = e.Seq
	t.over = e.State == dialog.StateClosed
}

// run reads utterances and commands until the input, the session or ctx ends.
// While it waits, it prints what an agent says.
func (t *talk) run(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	var watching sync.WaitGroup
	defer watching.Wait()
	defer cancel()
	news := make(chan error, 1)
	after := t.shown // what follows changes it
	watching.Go(func() { t.watch(ctx, after, news) })
	lines := readLines(ctx, t.in)
	for !t.over {
		if err := t.prompt(); err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return t.leave()
		case failed := <-news:
			if err := t.hear(ctx, failed); err != nil {
				return err
			}
		case l, ok := <-lines:
			if !ok || l.err != nil {
				return errors.Join(l.err, t.leave())
			}
			t.prompted = false
			if quit, err := t.obey(ctx, strings.TrimSpace(l.text)); quit || err != nil {
				return err
			}
		}
	}
	return nil
}

func (t *talk) prompt() error {
	if t.live && !t.prompted {
		t.prompted = true
		t.out.prompt()
	}
	return t.out.flush()
}

// interrupt makes room for something that comes while a person may type.
func (t *talk) interrupt() error {
	if t.prompted {
		t.prompted = false
		t.out.clear()
	}
	return t.out.flush()
}

// leave ends the line of a prompt that nothing was typed after.
func (t *talk) leave() error {
	if t.prompted {
		t.out.plain("")
	}
	return t.out.flush()
}

// hear prints what has come in while nothing was typed. A watch that failed is
// begun again, and costs no more than a word.
func (t *talk) hear(ctx context.Context, failed error) error {
	if failed == nil {
		return t.recover(t.catchUp(ctx, nil))
	}
	if err := t.interrupt(); err != nil {
		return err
	}
	t.err.aside("not connected, trying again: " + failed.Error())
	return t.err.flush()
}

// obey does what a line says: a command, or something to say to the bot.
func (t *talk) obey(ctx context.Context, line string) (quit bool, err error) {
	if line == "" {
		return false, nil
	}
	if !t.live {
		t.out.said(line)
	}
	switch {
	case line == "/quit":
		quit = true
	case line == "/help":
		t.out.plain(talkHelp)
	case line == "/human":
		if err = t.host.human(ctx); err == nil {
			err = t.catchUp(ctx, nil)
		}
	case line == "/state":
		err = t.state(ctx)
	case line == "/transcript":
		err = t.transcript(ctx)
	case strings.HasPrefix(line, "/"):
		t.out.plain(fmt.Sprintf("There is no command %s.\n%s", line, talkHelp))
	default:
		err = t.utter(ctx, line)
	}
	return quit, errors.Join(t.recover(err), t.out.flush())
}

// recover lets a person who types go on after a failure. A script ends.
func (t *talk) recover(err error) error {
	if err == nil || !t.live {
		return err
	}
	t.err.aside(err.Error())
	return t.err.flush()
}

// utter says something and prints what comes of it.
func (t *talk) utter(ctx context.Context, text string) error {
	var x *intent.Explanation
	if e, ok := t.host.(explainer); ok && t.why {
		var err error
		if x, err = e.explain(ctx, text); err != nil {
			return err
		}
	}
	if err := t.host.say(ctx, text); err != nil {
		return err
	}
	return t.catchUp(ctx, x)
}

// catchUp prints the entries that were not printed yet, but for the customer's
// own. x, if set, is what the bot made of what was said last.
func (t *talk) catchUp(ctx context.Context, x *intent.Explanation) error {
	entries, err := t.host.entries(ctx, t.shown)
	if err != nil {
		return err
	}
	for _, e := range entries {
		t.note(e)
		if e.Author == dialog.AuthorVisitor {
			continue
		}
		if err := t.interrupt(); err != nil {
			return err
		}
		t.out.entry(e)
		if t.why && e.Author == dialog.AuthorBot {
			t.out.why(e, x)
		}
	}
	return t.out.flush()
}

func (t *talk) state(ctx context.Context) error {
	s, before, err := t.host.session(ctx)
	if err != nil {
		return err
	}
	t.out.session(s, before)
	return nil
}

func (t *talk) transcript(ctx context.Context) error {
	entries, err := t.host.entries(ctx, 0)
	if err != nil {
		return err
	}
	for _, e := range entries {
		t.out.record(e)
	}
	return nil
}

// watchAgain is how long a failed watch rests before it is tried again.
const watchAgain = 2 * time.Second

// watch sends on news when something new may have been said, and the error of a
// watch that failed: once, until one succeeds again.
func (t *talk) watch(ctx context.Context, after uint64, news chan error) {
	tell := func(err error) {
		select {
		case news <- err:
		case <-ctx.Done():
		}
	}
	told := false
	for {
		err := t.host.watch(ctx, after, func(last uint64) {
			after, told = last, false
			tell(nil)
		})
		if err == nil || ctx.Err() != nil {
			return
		}
		if !told {
			told = true
			tell(err)
		}
		select {
		case <-ctx.Done():
		case <-time.After(watchAgain):
		}
	}
}

// line is one line of the input, or what ended it.
type line struct {
	text string
	err  error
}

// maxLine bounds a line of the input, in bytes: more than any utterance has.
const maxLine = 64 << 10

// readLines reads until the input or ctx ends, and closes the channel. Reading
// from a terminal cannot be interrupted: the goroutine may be left behind at the
// end of the program.
func readLines(ctx context.Context, in io.Reader) <-chan line {
	lines := make(chan line)
	go func() {
		defer close(lines)
		s := bufio.NewScanner(in)
		s.Buffer(nil, maxLine)
		send := func(l line) bool {
			select {
			case lines <- l:
				return true
			case <-ctx.Done():
				return false
			}
		}
		for s.Scan() {
			if !send(line{text: s.Text()}) {
				return
			}
		}
		if err := s.Err(); err != nil {
			send(line{err: fmt.Errorf("reading the input: %w", err)})
		}
	}()
	return lines
}
