package dialog

import (
	"regexp"
	"slices"
	"strings"

	"github.com/honeyguide-chat/honeyguide/dialog/wish"
	"github.com/honeyguide-chat/honeyguide/knowledge/textnorm"
)

// lastMatter returns the last message of the visitor that says something about
// the matter, nil where none does. A wish for a human, a greeting, thanks and
// the like say nothing, nor do a number and the pick of an offer: but a question
// that was picked in its own words does.
func lastMatter(entries []Entry, locale string) *Entry {
	for i := len(entries) - 1; i >= 0; i-- {
		e := &entries[i]
		if isMessage(e) && !barePick(offersBefore(entries[:i]), e.Text) && saysMatter(e.Text, locale) {
			return e
		}
	}
	return nil
}

// isMessage reports whether a visitor said something: ratings and surveys are
// entries, too.
func isMessage(e *Entry) bool {
	return e.Author == AuthorVisitor && e.Text != "" && e.Survey == nil && e.Rating == nil
}

// offersBefore returns what the bot offered last, if it was the last to speak
// to the visitor.
func offersBefore(entries []Entry) []Offer {
	for _, e := range slices.Backward(entries) {
		if e.Author == AuthorBot {
			return e.Offers
		}
		if e.Author == AuthorAgent || isMessage(&e) {
			return nil
		}
	}
	return nil
}

// barePick reports whether text picks an offer, other than a node by its words.
func barePick(offers []Offer, text string) bool {
	if o := pickLabel(offers, text); o != nil && o.Kind == OfferNode {
		return false
	}
	p := readPick(offers, text, true)
	return p.offer != nil || p.beyond > 0
}

// clauseEnds part what may be said in one message.
var clauseEnds = regexp.MustCompile(`[\n,，.。!！?？;；~～…]+`)

// saysMatter reports whether some clause of text does more than to call for a
// human or to be polite.
func saysMatter(text, locale string) bool {
	for _, clause := range clauseEnds.Split(text, -1) {
		if strings.Trim(textnorm.Key(clause), "0123456789") != "" && courtesyOf(clause) == noCourtesy && !wish.Wants(clause, locale) {
			return true
		}
	}
	return false
}
