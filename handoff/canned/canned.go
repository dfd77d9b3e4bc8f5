// Package canned fills the variables of replies that agents choose from.
//
// A text holds variables as {{name}}; blanks inside the braces do not matter.
// "\{{" is two braces that begin no variable; everything else, such as a single
// brace or "}}" alone, stands for itself. [Table] lists the variables. There is
// nothing else: with text/template a text could call, loop and fail in ways
// that whoever writes replies cannot understand.
package canned

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"
)

// Limits of a reply, in characters. What Render returns is at most MaxRendered
// long.
const (
	MaxText     = 4000
	MaxName     = 64
	MaxRendered = 8000
)

// Errors of texts. Test for them with errors.Is.
var (
	// ErrTooLong means that a text, or what it becomes, is over its limit.
	ErrTooLong = errors.New("canned: text is too long")
	// ErrSyntax means that braces hold no name or are never closed.
	ErrSyntax = errors.New("canned: braces that hold no variable")
	// ErrUnknown means that a variable has no value.
	ErrUnknown = errors.New("canned: unknown variable")
)

// Error says what is wrong at one place of a text.
type Error struct {
	At   int    // characters before the opening braces
	Name string // of the variable; "" where there is none
	Err  error  // ErrSyntax or ErrUnknown
}

// Error names the variable and where it is, counted from 1.
func (e *Error) Error() string {
	if e.Name == "" {
		return fmt.Sprintf("%v, at character %d", e.Err, e.At+1)
	}
	return fmt.Sprintf("%v {{%s}}, at character %d", e.Err, e.Name, e.At+1)
}

// Unwrap returns Err.
func (e *Error) Unwrap() error { return e.Err }

// Render replaces the variables of text by their values; values are put in as
// they are. It returns ErrTooLong or, for the first place that cannot be
// filled, an *Error.
func Render(text string, vars map[string]string) (string, error) {
	var out strings.Builder
	size := 0
	write := func(s string) error {
		if size += utf8.RuneCountInString(s); size > MaxRendered {
			return fmt.Errorf("%w when filled: over %d characters", ErrTooLong, MaxRendered)
		}
		out.WriteString(s)
		return nil
	}
	err := parse(text, write, func(at int, name string) error {
		value, ok := vars[name]
		if !ok {
			return &Error{At: at, Name: name, Err: ErrUnknown}
		}
		return write(value)
	})
	if err != nil {
		return "", err
	}
	return out.String(), nil
}

// Variables returns the names in text, each once, in the order in which they
// appear first. Errors are ErrTooLong and an *Error of ErrSyntax.
func Variables(text string) ([]string, error) {
	var names []string
	seen := make(map[string]bool)
	err := parse(text, func(string) error { return nil }, func(_ int, name string) error {
		if !seen[name] {
			seen[name] = true
			names = append(names, name)
		}
		return nil
	})
	return names, err
}

// parse calls plain and variable for the parts of text, in order.
func parse(text string, plain func(string) error, variable func(at int, name string) error) error {
	if utf8.RuneCountInString(text) > MaxText {
		return fmt.Errorf("%w: over %d characters", ErrTooLong, MaxText)
	}
	for rest, at := text, 0; rest != ""; {
		i := strings.Index(rest, "{{")
		if i < 0 {
			return plain(rest)
		}
		escaped := i > 0 && rest[i-1] == '\\'
		before := rest[:i]
		if escaped {
			before = rest[:i-1] + "{{"
		}
		if err := plain(before); err != nil {
			return err
		}
		at += utf8.RuneCountInString(rest[:i])
		rest = rest[i+len("{{"):]
		if escaped {
			at += len("{{")
			continue
		}
		inside, tail, closed := strings.Cut(rest, "}}")
		name := strings.TrimSpace(inside)
		if !closed || !isName(name) {
			return &Error{At: at, Err: ErrSyntax}
		}
		if err := variable(at, name); err != nil {
			return err
		}
		at += len("{{") + utf8.RuneCountInString(inside) + len("}}")
		rest = tail
	}
	return nil
}

// isName reports whether s can name a variable: no braces, blanks or control
// characters; slots may be named in any script.
func isName(s string) bool {
	return s != "" && utf8.RuneCountInString(s) <= MaxName &&
		!strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r == '{' || r == '}' || r == 0x7f })
}
