// Package auth says who a caller is: the shop, the role and the person that a
// signed token names.
//
// Tokens are JWTs, signed with HMAC-SHA-256 by one key that all nodes of an
// installation share. They are checked without any look-up, and therefore
// cannot be called back: visitors' tokens should live for minutes or hours, not
// days. Neither keys nor tokens ever appear in an error of this package.
package auth

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/honeyguide-chat/honeyguide/knowledge/shop"
)

// Role is what a caller is to the shop.
type Role string

// The roles.
const (
	Visitor    Role = "visitor"    // a customer: holds conversations
	Agent      Role = "agent"      // answers tickets
	Supervisor Role = "supervisor" // leads agents, and may do what they may
	Editor     Role = "editor"     // publishes knowledge
	Admin      Role = "admin"      // all of the last three
)

// Valid reports whether r is one of the roles.
func (r Role) Valid() bool {
	switch r {
	case Visitor, Agent, Supervisor, Editor, Admin:
		return true
	}
	return false
}

// MaxSubject bounds the characters of a subject.
const MaxSubject = 128

// Identity is a caller.
type Identity struct {
	Shop    shop.ID
	Role    Role
	Subject string // the visitor's or staff member's id: 1 to MaxSubject printable characters
}

// Validate reports what is wrong with the identity, or nil.
func (id Identity) Validate() error {
	if err := id.Shop.Validate(); err != nil {
		return fmt.Errorf("auth: %w", err)
	}
	if !id.Role.Valid() {
		return errors.New("auth: role must be visitor, agent, supervisor, editor or admin")
	}
	if id.Subject == "" || !utf8.ValidString(id.Subject) || utf8.RuneCountInString(id.Subject) > MaxSubject ||
		strings.ContainsFunc(id.Subject, func(r rune) bool { return !unicode.IsPrint(r) }) {
		return fmt.Errorf("auth: subject must be 1 to %d printable characters", MaxSubject)
	}
	return nil
}

// Grant is what a token gives: to be somebody, for a time.
type Grant struct {
	Identity
	Expires time.Time // from here on the token is refused
}

type contextKey struct{}

// NewContext returns a copy of ctx that carries the caller's grant.
func NewContext(ctx context.Context, g Grant) context.Context {
	return context.WithValue(ctx, contextKey{}, g)
}

// FromContext returns the grant that ctx carries, or false. Whoever put it
// there has verified it.
func FromContext(ctx context.Context) (Grant, bool) {
	g, ok := ctx.Value(contextKey{}).(Grant)
	return g, ok
}

// BearerToken returns the token in the value of an "authorization" header, or
// "" where the value is of another scheme.
func BearerToken(header string) string {
	scheme, token, _ := strings.Cut(header, " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return ""
	}
	return strings.TrimSpace(token)
}
