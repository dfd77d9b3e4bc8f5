package treefile

import (
	"bytes"
	"unicode/utf8"

	"github.com/honeyguide-chat/honeyguide/knowledge"
)

var bom = []byte("\xef\xbb\xbf")

// scan checks what can be checked before YAML is parsed, and returns data
// without a byte order mark. It returns false if data cannot be parsed.
func (r *reader) scan(data []byte) ([]byte, bool) {
	if len(data) > knowledge.MaxDocumentSize {
		r.add(0, 0, "", "too-large", "the file has %d bytes, at most %d are allowed", len(data), knowledge.MaxDocumentSize)
		return nil, false
	}
	data = bytes.TrimPrefix(data, bom)
	at := cursor{line: 1, column: 1}
	clean := true
	for i := 0; i < len(data); {
		c, size := utf8.DecodeRune(data[i:])
		switch {
		case c == utf8.RuneError && size == 1:
			r.add(at.line, at.column, "", "not-utf8",
				"byte 0x%02X is not UTF-8; save the file as UTF-8 (many programs write GBK or UTF-16 unless told otherwise)", data[i])
			return nil, false
		case forbidden(c):
			r.add(at.line, at.column, "", "control-characters", "the character U+%04X is not allowed", c)
			clean = false
		}
		at.pass(c, data[i+size:])
		i += size
	}
	return data, clean
}

// forbidden reports characters that YAML refuses or takes for line breaks that
// no editor counts, and marks that make text look like something else.
func forbidden(c rune) bool {
	switch {
	case c == '\t', c == '\n', c == '\r':
		return false
	case c < 0x20, c >= 0x7f && c < 0xa0: // C0, delete and C1 controls
		return true
	case c == '\u2028', c == '\u2029': // line and paragraph separator
		return true
	case c >= '\u202a' && c <= '\u202e', c >= '\u2066' && c <= '\u2069': // direction overrides
		return true
	}
	return c == '\ufeff' || c == '\ufffe' || c == '\uffff'
}

// cursor is a place in a text as an editor shows it.
type cursor struct {
	line, column int
}

// pass moves the cursor behind c, which rest follows.
func (at *cursor) pass(c rune, rest []byte) {
	if c == '\n' || (c == '\r' && !bytes.HasPrefix(rest, []byte("\n"))) {
		at.line, at.column = at.line+1, 1
		return
	}
	at.column++
}
