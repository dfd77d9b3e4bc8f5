package main

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/honeyguide-chat/honeyguide/dialog"
	"github.com/honeyguide-chat/honeyguide/intent"
)

// printer shows a conversation. It collects what is shown until flush.
type printer struct {
	w      io.Writer
	b      bytes.Buffer
	colour palette
}

func newPrinter(w io.Writer) *printer { return &printer{w: w, colour: newPalette(w)} }

func (p *printer) flush() error {
	text := p.b.String()
	p.b.Reset()
	return say(p.w, text)
}

func (p *printer) prompt() { p.b.WriteString(p.colour.strong.Sprint("> ")) }

// clear takes away the prompt of a terminal and what was typed after it.
func (p *printer) clear() { p.b.WriteString("\r\x1b[K") }

func (p *printer) plain(text string) { p.b.WriteString(text + "\n") }

// aside is a word of the program itself.
func (p *printer) aside(text string) { p.plain(p.colour.warn.Sprint("-- " + text)) }

func (p *printer) said(text string) { p.plain(p.colour.strong.Sprint("> ") + text) }

// entry shows an entry as it is said.
func (p *printer) entry(e dialog.Entry) {
	switch e.Author {
	case dialog.AuthorVisitor:
		if e.Rating == nil {
			p.said(e.Text)
		}
	case dialog.AuthorSystem:
		p.aside(e.Text)
	default:
		name := p.colour.good.Sprint("bot: ")
		if e.Author == dialog.AuthorAgent {
			name = p.colour.strong.Sprint(e.Agent + ": ")
		}
		p.plain(name + e.Text)
		for i, o := range e.Offers {
			p.plain(fmt.Sprintf("  %d. %s", i+1, o.Label))
		}
	}
}

// record shows an entry as a line of the transcript.
func (p *printer) record(e dialog.Entry) {
	text := e.Text
	if r := e.Rating; r != nil {
		text = fmt.Sprintf("(entry %d was good: %t) %s", r.Entry, r.Good, r.Comment)
	}
	head := fmt.Sprintf("%3d  %s  %-7s  %-7s  ", e.Seq, e.Time.Local().Format(time.TimeOnly), e.State, cmp.Or(e.Agent, string(e.Author)))
	p.plain(p.colour.faint.Sprint(head) + strings.ReplaceAll(text, "\n", "\n"+strings.Repeat(" ", len(head))))
}

func (p *printer) session(s *dialog.Session, before int) {
	p.plain(fmt.Sprintf("session %s: %s, %d entries, locale %s", s.ID, s.State, s.Seq, s.Locale))
	if s.State == dialog.StateWaiting {
		p.plain(fmt.Sprintf("waiting for a human, %d before", before))
	}
	if !s.Expires.IsZero() {
		p.plain("ends at " + s.Expires.Local().Format(time.TimeOnly) + " unless something is said")
	}
	for _, id := range slices.Sorted(maps.Keys(s.Slots)) {
		p.plain(fmt.Sprintf("  %s = %s", id, s.Slots[id]))
	}
}

// leastShown is the least probability with which a candidate is worth a line.
const leastShown = 0.0005

// passedBy reports whether the bot decided without looking at what the words
// match.
func passedBy(r dialog.Reason) bool {
	switch r {
	case dialog.ReasonPicked, dialog.ReasonNoneOfThese, dialog.ReasonWish, dialog.ReasonRequested:
		return true
	}
	return false
}

// why shows why the bot did what it did. x is nil where that is not known.
func (p *printer) why(e dialog.Entry, x *intent.Explanation) {
	p.because("%s because %s; release %d, then %s", cmp.Or(e.Decision, "nothing"), e.Reason, e.Release, e.State)
	if e.Node != "" {
		p.because("node %s%s", e.Node, probability(e.Probability))
	}
	if x == nil || passedBy(e.Reason) {
		return
	}
	p.because("the words alone: %s; answers from %.3f, asks from %.3f, none of these %.3f",
		x.Verdict, x.Thresholds.Sure, x.Thresholds.Unsure, x.None)
	for i, c := range x.Candidates {
		if c.Probability < leastShown {
			break // best first
		}
		exact := ""
		if c.Exact {
			exact = ", word for word"
		}
		p.because("%7.3f %s by %q%s", c.Probability, c.Node, c.Question, exact)
		p.because("        %s", signalsOf(x.Evidence[i]))
	}
	for _, c := range x.Others {
		p.because("also %.3f %s by %q", c.Probability, c.Node, c.Question)
	}
}

func probability(p float64) string {
	if p == 0 {
		return ""
	}
	return fmt.Sprintf(", probability %.3f", p)
}

func (p *printer) because(format string, args ...any) {
	p.plain(p.colour.faint.Sprintf("   | "+format, args...))
}

// signalsOf lists what spoke for and against a candidate, in one order.
func signalsOf(e intent.Evidence) string {
	var b strings.Builder
	fmt.Fprintf(&b, "score %.2f:", e.Score)
	for _, name := range intent.SignalNames {
		fmt.Fprintf(&b, " %s %.2f", name, e.Signals[name])
	}
	if e.Negative > 0 {
		fmt.Fprintf(&b, " negative %.2f", e.Negative)
	}
	return b.String()
}
