// Package encode checks agents and rules and encodes what a store keeps of
// them, in the same way for every store.
package encode

import (
	"encoding/json"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/honeyguide-chat/honeyguide/handoff"
	"github.com/honeyguide-chat/honeyguide/knowledge/shop"
)

// Limits of one record. They only stop what no service sends: its own limits
// are far below.
const (
	MaxName = 1 << 10 // bytes of an agent's name
	MaxSize = 1 << 20 // bytes of an agent or of a shop's rules, encoded
)

// Agent returns a as it is stored after a put: with the next version and the
// given revision. It returns an error where no store could keep a.
func Agent(a *handoff.Agent, revision uint64) ([]byte, error) {
	if err := Check(a.Shop, a.Name); err != nil {
		return nil, err
	}
	stored := *a
	stored.Version++
	stored.Revision = revision
	return encode("agent", &stored)
}

// Check refuses a shop or an agent's name that cannot be part of a key.
func Check(id shop.ID, agent string) error {
	if err := id.Validate(); err != nil {
		return err
	}
	if agent == "" || len(agent) > MaxName || strings.ContainsRune(agent, 0) || !utf8.ValidString(agent) {
		return fmt.Errorf("an agent's name must be 1 to %d bytes of UTF-8, none of them zero", MaxName)
	}
	return nil
}

// Rules returns r as it is stored after a put: with the next version. It
// returns an error where no store could keep r.
func Rules(r *handoff.Rules) ([]byte, error) {
	if err := r.Shop.Validate(); err != nil {
		return nil, err
	}
	stored := *r
	stored.Version++
	return encode("rules", &stored)
}

func encode(what string, v any) ([]byte, error) {
	b, err := json.Marshal(v)
	if err != nil {
		return nil, fmt.Errorf("encode %s: %w", what, err)
	}
	if len(b) > MaxSize {
		return nil, fmt.Errorf("%s of %d bytes, more than %d", what, len(b), MaxSize)
	}
	return b, nil
}
