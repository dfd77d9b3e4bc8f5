package rpc

import (
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/honeyguide-chat/honeyguide/api/auth"
)

// pageSize returns how much was asked for: std for 0, else 1 to most.
func pageSize(asked int32, std, most int) (int, error) {
	if asked == 0 {
		return std, nil
	}
	if asked < 1 || int(asked) > most {
		return 0, badField("page_size", "must be 1 to %d, or 0", most)
	}
	return int(asked), nil
}

// maxOffset bounds how far one can turn pages.
const maxOffset = 1_000_000

// pageToken returns what leads to the tickets of a list from offset on. It is
// opaque, so that it may become something else.
func pageToken(list string, offset int) string {
	return base64.RawURLEncoding.EncodeToString(fmt.Appendf(nil, "%s:%d", list, offset))
}

// readPageToken returns the offset in a token of the same list; "" is 0.
func readPageToken(token, list string) (int, error) {
	if token == "" {
		return 0, nil
	}
	text, err := base64.RawURLEncoding.Strict().DecodeString(token)
	of, digits, ok := strings.Cut(string(text), ":")
	offset, badNumber := strconv.Atoi(digits)
	if err != nil || !ok || of != list || badNumber != nil || offset < 1 || offset > maxOffset {
		return 0, badField("page_token", "is not from the last response")
	}
	return offset, nil
}

// agentList is the list of agents, for tokens.
const agentList = "agents"

// nameToken is pageToken for lists in the order of names: it leads to what is
// after a name.
func nameToken(list, name string) string {
	return base64.RawURLEncoding.EncodeToString([]byte(list + ":" + name))
}

// readNameToken returns the name in a token of the same list; "" is the
// beginning.
func readNameToken(token, list string) (string, error) {
	if token == "" {
		return "", nil
	}
	text, err := base64.RawURLEncoding.Strict().DecodeString(token)
	of, name, ok := strings.Cut(string(text), ":")
	if err != nil || !ok || of != list || name == "" || len(name) > maxName || !utf8.ValidString(name) {
		return "", badField("page_token", "is not from the last response")
	}
	return name, nil
}

// maxName bounds a name in a token, in bytes: a character has at most four.
const maxName = 4 * auth.MaxSubject
