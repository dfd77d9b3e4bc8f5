package main

import (
	"fmt"
	"io"
	"os"
	"time"

	"github.com/fatih/color"
	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"
)

// isTerminal reports whether a reader or writer is a terminal.
func isTerminal(stream any) bool {
	f, ok := stream.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// say writes text, which ends its own lines.
func say(w io.Writer, text string) error {
	if _, err := io.WriteString(w, text); err != nil {
		return fmt.Errorf("writing: %w", err)
	}
	return nil
}

// palette colours words for one writer: not at all unless it is a terminal
// that may be coloured.
type palette struct {
	strong, faint, good, warn, bad *color.Color
}

func newPalette(w io.Writer) palette {
	coloured := isTerminal(w) && os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb"
	ink := func(attributes ...color.Attribute) *color.Color {
		c := color.New(attributes...)
		if coloured {
			c.EnableColor()
		} else {
			c.DisableColor()
		}
		return c
	}
	return palette{
		strong: ink(color.Bold), faint: ink(color.Faint),
		good: ink(color.FgGreen), warn: ink(color.FgYellow), bad: ink(color.FgRed),
	}
}

// progress shows how far something is, on a terminal; elsewhere it shows
// nothing.
type progress struct {
	bar *progressbar.ProgressBar // nil where nothing is shown
}

// newProgress begins to show what is being done. A total of -1 means that it is
// not known how much there is to do.
func newProgress(w io.Writer, what string, total int) *progress {
	if !isTerminal(w) {
		return &progress{}
	}
	return &progress{bar: progressbar.NewOptions(total,
		progressbar.OptionSetWriter(w),
		progressbar.OptionSetDescription(what),
		progressbar.OptionSetWidth(30),
		progressbar.OptionThrottle(50*time.Millisecond),
		progressbar.OptionSetRenderBlankState(true), // or one without a total would not begin
		progressbar.OptionClearOnFinish(),
	)}
}

// set shows that so many are done. A bar that cannot be drawn stops nothing.
func (p *progress) set(done int) {
	if p.bar != nil {
		_ = p.bar.Set(done)
	}
}

// end takes away what is shown.
func (p *progress) end() {
	if p.bar != nil {
		_ = p.bar.Finish()
	}
}
