package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/honeyguide-chat/honeyguide/dialog"
	"github.com/honeyguide-chat/honeyguide/intent"
)

// fakeHost is a session that repeats what is said to it.
type fakeHost struct {
	mu      sync.Mutex
	log     []dialog.Entry // guarded by mu
	state   dialog.State   // guarded by mu
	fails   error          // of say; guarded by mu
	changed chan struct{}  // receives after each entry that is not the customer's or the bot's

	watchFails []error // of the first watches, in order; guarded by mu
}

func newFakeHost() *fakeHost {
	h := &fakeHost{state: dialog.StateBot, changed: make(chan struct{}, 10)}
	h.add(dialog.Entry{Author: dialog.AuthorBot, Text: "welcome", Offers: []dialog.Offer{{Label: "one"}, {Label: "two"}}})
	return h
}

func (h *fakeHost) add(entries ...dialog.Entry) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, e := range entries {
		e.Seq, e.State = uint64(len(h.log)+1), h.state
		h.log = append(h.log, e)
	}
}

// agent has an agent say something.
func (h *fakeHost) agent(text string) {
	h.add(dialog.Entry{Author: dialog.AuthorAgent, Agent: "小王", Text: text})
	h.changed <- struct{}{}
}

func (h *fakeHost) say(_ context.Context, text string) error {
	h.mu.Lock()
	err, bot := h.fails, h.state == dialog.StateBot
	h.mu.Unlock()
	if err != nil {
		return err
	}
	h.add(dialog.Entry{Author: dialog.AuthorVisitor, Text: text})
	if bot {
		h.add(dialog.Entry{Author: dialog.AuthorBot, Text: "re: " + text, Decision: dialog.Answer, Reason: dialog.ReasonSure})
	}
	return nil
}

func (h *fakeHost) human(context.Context) error {
	h.mu.Lock()
	h.state = dialog.StateWaiting
	h.mu.Unlock()
	h.add(dialog.Entry{Author: dialog.AuthorBot, Text: "a human comes"})
	return nil
}

func (h *fakeHost) session(context.Context) (*dialog.Session, int, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return &dialog.Session{ID: "s1", State: h.state, Seq: uint64(len(h.log)), Locale: "en"}, 3, nil
}

func (h *fakeHost) entries(_ context.Context, after uint64) ([]dialog.Entry, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return append([]dialog.Entry(nil), h.log[after:]...), nil
}

func (h *fakeHost) watch(ctx context.Context, after uint64, wake func(uint64)) error {
	h.mu.Lock()
	if len(h.watchFails) > 0 {
		err := h.watchFails[0]
		h.watchFails = h.watchFails[1:]
		h.mu.Unlock()
		return err
	}
	h.mu.Unlock()
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-h.changed:
			h.mu.Lock()
			last := uint64(len(h.log))
			h.mu.Unlock()
			if last > after {
				wake(last)
			}
		}
	}
}

func lineUp(lines ...string) string { return strings.Join(lines, "\n") + "\n" }

func TestTalkInAScript(t *testing.T) {
	broken := errors.New("store is away")
	for _, tc := range []struct {
		name  string
		fails error
		in    string
		want  string
		err   error
	}{
		{"nothing is said", nil, "", lineUp("bot: welcome", "  1. one", "  2. two"), nil},
		{
			"what is said is shown", nil, "hello\n\n  again ", // the last line has no end
			lineUp("bot: welcome", "  1. one", "  2. two", "> hello", "bot: re: hello", "> again", "bot: re: again"), nil,
		},
		{
			"quit ends it", nil, "/quit\nhello\n",
			lineUp("bot: welcome", "  1. one", "  2. two", "> /quit"), nil,
		},
		{
			"a human", nil, "/human\nhello\n/state\n",
			lineUp("bot: welcome", "  1. one", "  2. two", "> /human", "bot: a human comes", "> hello",
				"> /state", "session s1: WAITING, 3 entries, locale en", "waiting for a human, 3 before"), nil,
		},
		{
			"a failure ends it", broken, "hello\nagain\n",
			lineUp("bot: welcome", "  1. one", "  2. two", "> hello"), broken,
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			h := newFakeHost()
			h.fails = tc.fails
			var out, stderr bytes.Buffer
			talk := newTalk(h, strings.NewReader(tc.in), &out, &stderr)
			err := talk.begin(t.Context(), true)
			if err == nil {
				err = talk.run(t.Context())
			}
			if !errors.Is(err, tc.err) {
				t.Errorf("run = %v, want %v", err, tc.err)
			}
			if diff := cmp.Diff(tc.want, out.String()); diff != "" {
				t.Errorf("output (-want +got):\n%s", diff)
			}
		})
	}
}

// TestTalkHearsAgents lets an agent speak while nothing is typed.
func TestTalkHearsAgents(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newFakeHost()
		in, typing := io.Pipe()
		var out, stderr bytes.Buffer
		talk := newTalk(h, in, &out, &stderr)
		talk.live = true
		done := make(chan error, 1)
		go func() { done <- talk.run(t.Context()) }()

		type step func()
		for _, s := range []step{
			func() { _, _ = io.WriteString(typing, "/human\n") },
			func() { h.agent("您好") },
			func() { _, _ = io.WriteString(typing, "hello\n") },
			func() { h.agent("好的") },
			func() { _ = typing.Close() },
		} {
			s()
			synctest.Wait()
		}
		if err := <-done; err != nil {
			t.Errorf("run = %v, want nil", err)
		}
		const clear = "\r\x1b[K"
		want := "> " + "bot: welcome\n  1. one\n  2. two\nbot: a human comes\n" +
			"> " + clear + "小王: 您好\n" + "> " + "> " + clear + "小王: 好的\n" + "> \n"
		if diff := cmp.Diff(want, out.String()); diff != "" {
			t.Errorf("output (-want +got):\n%s", diff)
		}
	})
}

// TestTalkGoesOn checks what a person who types is spared: a turn that fails,
// and a watch that breaks, which is told once and begun again.
func TestTalkGoesOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newFakeHost()
		h.fails = errors.New("store is away")
		h.watchFails = []error{errors.New("line is cut"), errors.New("line is cut")}
		in, typing := io.Pipe()
		var out, stderr bytes.Buffer
		talk := newTalk(h, in, &out, &stderr)
		talk.live = true
		done := make(chan error, 1)
		go func() { done <- talk.run(t.Context()) }()
		synctest.Wait()
		_, _ = io.WriteString(typing, "hello\n")
		synctest.Wait()
		time.Sleep(2*watchAgain + time.Second) // in fake time
		h.agent("我在")
		synctest.Wait()
		_ = typing.Close()
		if err := <-done; err != nil {
			t.Errorf("run = %v, want nil", err)
		}
		want := lineUp("-- not connected, trying again: line is cut", "-- store is away")
		if diff := cmp.Diff(want, stderr.String()); diff != "" {
			t.Errorf("stderr (-want +got):\n%s", diff)
		}
		if !strings.Contains(out.String(), "小王: 我在") {
			t.Errorf("output = %q, want the agent's words in it", out.String())
		}
	})
}

// TestTalkEnds checks that a session that is closed ends the talk, and so does
// the end of the context, both without an error.
func TestTalkEnds(t *testing.T) {
	for _, tc := range []struct {
		name string
		end  func(*fakeHost, context.CancelFunc)
		want string
	}{
		{"with the session", func(h *fakeHost, _ context.CancelFunc) {
			h.mu.Lock()
			h.state = dialog.StateClosed
			h.mu.Unlock()
			h.add(dialog.Entry{Author: dialog.AuthorSystem, Text: "it is over"})
			h.changed <- struct{}{}
		}, "-- it is over\n"},
		{"with the context", func(_ *fakeHost, cancel context.CancelFunc) { cancel() }, ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				h := newFakeHost()
				in, typing := io.Pipe()
				var out, stderr bytes.Buffer
				talk := newTalk(h, in, &out, &stderr)
				if err := talk.begin(ctx, false); err != nil {
					t.Fatal(err)
				}
				done := make(chan error, 1)
				go func() { done <- talk.run(ctx) }()
				synctest.Wait()
				tc.end(h, cancel)
				if err := <-done; err != nil {
					t.Errorf("run = %v, want nil", err)
				}
				if diff := cmp.Diff(tc.want, out.String()); diff != "" {
					t.Errorf("output (-want +got):\n%s", diff)
				}
				_ = typing.Close() // ends the reader
			})
		})
	}
}

// TestWhy checks what --explain shows of a match.
func TestWhy(t *testing.T) {
	var out bytes.Buffer
	p := newPrinter(&out)
	x := &intent.Explanation{
		Result: intent.Result{Verdict: intent.Sure, None: 0.1, Candidates: []intent.Candidate{
			{Node: "a", Probability: 0.8, Question: "how", Exact: true}, {Node: "b", Probability: 0.0001},
		}, Others: []intent.Candidate{{Node: "c", Probability: 0.9, Question: "when"}}},
		Thresholds: intent.Thresholds{Sure: 0.7, Unsure: 0.2},
		Evidence:   []intent.Evidence{{Score: 2, Signals: map[string]float64{intent.SignalNames[0]: 0.5}, Negative: 0.3}, {}},
	}
	e := dialog.Entry{Decision: dialog.Answer, Reason: dialog.ReasonSure, Node: "a", Probability: 0.8, Release: 7, State: dialog.StateBot}
	p.why(e, x)
	e.Reason = dialog.ReasonPicked
	p.why(e, x)
	if err := p.flush(); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"ANSWER because SURE; release 7, then BOT\n", "node a, probability 0.800\n",
		"sure; answers from 0.700, asks from 0.200, none of these 0.100\n", `0.800 a by "how", word for word`,
		"score 2.00: " + intent.SignalNames[0] + " 0.50", "negative 0.30\n", "also 0.900 c by \"when\"\n",
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("why = %q, want %q in it", out.String(), want)
		}
	}
	for _, not := range []string{"0.000 b", "\x1b["} {
		if strings.Contains(out.String(), not) {
			t.Errorf("why = %q, want no %q in it", out.String(), not)
		}
	}
	if got := strings.Count(out.String(), "the words alone"); got != 1 {
		t.Errorf("a match is shown %d times, want 1: not for what was picked", got)
	}
}
