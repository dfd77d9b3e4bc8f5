package lint

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// text checks what holds for every text: its length and its characters.
func (c *checker) text(at spot, value string, limit int) {
	if len(value) > limit { // bytes; characters are at most as many
		if n := utf8.RuneCountInString(value); n > limit {
			c.add(at, "too-long", "the text has %d characters, at most %d are allowed", n, limit)
		}
	}
	if i := strings.IndexFunc(value, forbidden); i >= 0 {
		r, _ := utf8.DecodeRuneInString(value[i:])
		c.add(at, "control-characters", "the character U+%04X is not allowed", r)
	}
}

// texts checks the items of a list, none of which may be blank.
func (c *checker) texts(base, key string, values []string, limit int) {
	for i, v := range values {
		at := spot{base, key, i}
		c.text(at, v, limit)
		if blank(v) {
			c.add(at, "empty-text", "there is nothing here")
		}
	}
}

// atMost checks the number of items in a list.
func (c *checker) atMost(at spot, n, limit int, what string) {
	if n > limit {
		c.add(at, "too-many", "there are %d %s, at most %d are allowed", n, what, limit)
	}
}

func blank(s string) bool { return strings.TrimSpace(s) == "" }

// forbidden reports control characters other than the newline, and marks that
// make text look like something else.
func forbidden(r rune) bool {
	switch {
	case r == '\n':
		return false
	case r < 0x20, r >= 0x7f && r < 0xa0:
		return true
	case r >= '\u202a' && r <= '\u202e', r >= '\u2066' && r <= '\u2069':
		return true
	}
	return r == utf8.RuneError // also for bytes that are no UTF-8
}

// maxShown bounds how much of a value a message quotes, in characters.
const maxShown = 40

func quote(value string) string {
	if r := []rune(value); len(r) > maxShown {
		value = string(r[:maxShown]) + "…"
	}
	return fmt.Sprintf("%q", value)
}
