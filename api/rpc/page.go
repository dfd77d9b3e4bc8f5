package rpc

import (
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"
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
