// Package shop names the tenant that owns a request.
//
// Every stored key, index and queue is scoped by an [ID]. The package imports
// only the standard library, so that every other package may depend on it.
package shop

import (
	"fmt"
	"regexp"
)

// ID identifies one merchant's storefront: 1 to 64 characters of a-z, 0-9, '-'
// and '_', beginning with a letter or digit. It is a distinct type so that a
// session id can never be passed where a shop id is expected.
type ID string

var pattern = regexp.MustCompile(`^[a-z0-9][a-z0-9_-]{0,63}$`)

// Validate reports what is wrong with id, or nil. The restricted alphabet keeps
// an id safe inside Redis hash tags, file names and log lines.
func (id ID) Validate() error {
	if !pattern.MatchString(string(id)) {
		return fmt.Errorf("shop: id must be 1 to 64 characters of a-z, 0-9, '-', '_' and begin with a letter or digit")
	}
	return nil
}
