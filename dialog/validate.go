package dialog

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/language"

	"github.com/honeyguide-chat/honeyguide/handoff"
	"github.com/honeyguide-chat/honeyguide/knowledge"
	"github.com/honeyguide-chat/honeyguide/knowledge/shop"
)

// maxLocale bounds a BCP 47 tag.
const maxLocale = 35

// cleanText checks what a visitor or agent typed and returns it as it is
// stored: without control and direction characters, which could forge or hide
// parts of a transcript, and with line feeds as the only line ends.
func cleanText(field, text string, limit int) (string, error) {
	switch {
	case !utf8.ValidString(text):
		return "", &FieldError{Field: field, Reason: "is not valid UTF-8"}
	case utf8.RuneCountInString(text) > limit:
		return "", &FieldError{Field: field, Reason: fmt.Sprintf("has more than %d characters", limit)}
	}
	text = strings.ReplaceAll(text, "\r\n", "\n")
	text = strings.TrimSpace(strings.Map(keep, text))
	if !strings.ContainsFunc(text, visible) {
		return "", &FieldError{Field: field, Reason: "is empty"}
	}
	return text, nil
}

// keep drops what must not be stored. Joiners stay, since emoji and several
// scripts need them.
func keep(r rune) rune {
	switch {
	case r == '\n', r == '\t':
		return r
	case unicode.IsControl(r), unicode.Is(unicode.Bidi_Control, r), r == '\ufeff':
		return -1
	}
	return r
}

// visible reports whether r alone would be seen. Format characters, variation
// selectors and the blanks that Unicode counts as letters or symbols would not.
func visible(r rune) bool {
	switch r {
	case '\u115f', '\u1160', '\u3164', '\uffa0', '\u2800':
		return false
	}
	return unicode.IsGraphic(r) && !unicode.IsSpace(r) && !unicode.Is(unicode.Variation_Selector, r)
}

// checkTurnID accepts 1 to MaxTurnID visible ASCII characters.
func checkTurnID(id string) error { return checkKey("turn", id) }

func checkKey(field, id string) error {
	if id == "" || len(id) > MaxTurnID || strings.ContainsFunc(id, notVisibleASCII) {
		return &FieldError{Field: field, Reason: fmt.Sprintf("must be 1 to %d characters of visible ASCII", MaxTurnID)}
	}
	return nil
}

func notVisibleASCII(r rune) bool { return r <= ' ' || r > '~' }

// plausibleID keeps out of the store what can be no id of a session or ticket.
func plausibleID(id string) bool {
	return id != "" && len(id) <= 128 && !strings.ContainsFunc(id, notVisibleASCII)
}

// plausibleNode keeps out of transcripts what can be no id of a node. "" is none.
func plausibleNode(id knowledge.NodeID) bool {
	return utf8.ValidString(string(id)) && utf8.RuneCountInString(string(id)) <= knowledge.MaxIDLength &&
		!strings.ContainsFunc(string(id), func(r rune) bool { return !unicode.IsPrint(r) })
}

// checkPerson accepts the id of a visitor or an agent.
func checkPerson(field, id string) error {
	if id == "" || !utf8.ValidString(id) || utf8.RuneCountInString(id) > MaxVisitorID ||
		strings.ContainsFunc(id, func(r rune) bool { return keep(r) < 0 || !unicode.IsPrint(r) }) {
		return &FieldError{Field: field, Reason: fmt.Sprintf("must be 1 to %d printable characters", MaxVisitorID)}
	}
	return nil
}

// checkName accepts what people call a skill or a tag.
func checkName(field, name string) error {
	if name == "" || name != strings.TrimSpace(name) || !utf8.ValidString(name) || utf8.RuneCountInString(name) > handoff.MaxTag ||
		strings.ContainsFunc(name, func(r rune) bool { return keep(r) < 0 || !unicode.IsPrint(r) }) {
		return &FieldError{Field: field, Reason: fmt.Sprintf("must be 1 to %d printable characters, without space at the ends", handoff.MaxTag)}
	}
	return nil
}

func checkShop(id shop.ID) error {
	if err := id.Validate(); err != nil {
		return &FieldError{Field: "shop", Reason: "is no shop id"}
	}
	return nil
}

// checkLocale accepts a BCP 47 tag, or "" where the client has none.
func checkLocale(tag string) error {
	if tag == "" {
		return nil
	}
	if _, err := language.Parse(tag); err != nil || len(tag) > maxLocale {
		return &FieldError{Field: "locale", Reason: "is no BCP 47 language tag"}
	}
	return nil
}

// firstOf returns the first error that is one.
func firstOf(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// digest tells apart what one turn id was used for.
func digest(parts ...string) string {
	h := sha256.New()
	for _, p := range parts {
		fmt.Fprintf(h, "%d:%s", len(p), p)
	}
	return hex.EncodeToString(h.Sum(nil))
}
