package knowledge

import (
	"context"
	"errors"
	"time"

	"github.com/honeyguide-chat/honeyguide/knowledge/shop"
)

// Errors that a [Store] returns. Test for them with errors.Is.
var (
	// ErrNoRelease means that the shop or the release number has none.
	ErrNoRelease = errors.New("knowledge: no such release")
	// ErrReleaseExists means that another publisher took the number first.
	ErrReleaseExists = errors.New("knowledge: release number is taken")
	// ErrUnavailable means that the store cannot be reached. Nothing was
	// changed, or the release was published whole: publishing it again is safe.
	ErrUnavailable = errors.New("knowledge: store is unavailable")
)

// Release is an immutable, numbered snapshot of a shop's tree.
type Release struct {
	Shop    shop.ID   `json:"shop"`
	Number  uint64    `json:"number"` // from 1, without gaps
	Created time.Time `json:"created"`
	Author  string    `json:"author"` // the token's subject
	Note    string    `json:"note"`
	Source  []byte    `json:"source"`          // the tree as YAML, exactly as published
	Tests   []byte    `json:"tests,omitempty"` // the test set as TSV, exactly as published
	Digest  string    `json:"digest"`          // hex SHA-256 of Source, a zero byte and Tests
	Nodes   int       `json:"nodes"`
	// Questions counts standard and similar questions.
	Questions int `json:"questions"`
}

// Store keeps releases. Implementations are safe for concurrent use, by many
// processes where the store is shared, and are held to this contract by
// knowledgetest.TestStore. Where the store cannot be reached, or the context
// has ended, an error wraps ErrUnavailable.
type Store interface {
	Models

	// Publish stores r and makes it live, both or neither. r.Number must be one
	// more than the shop's newest (1 for the first), else ErrReleaseExists. To
	// publish the very same release once more, as after a lost answer, changes
	// nothing and is no error.
	Publish(ctx context.Context, r Release) error

	// Live returns the number of the shop's live release, or ErrNoRelease.
	Live(ctx context.Context, id shop.ID) (uint64, error)

	// Newest returns the number of the shop's newest release, or 0.
	Newest(ctx context.Context, id shop.ID) (uint64, error)

	// Get returns one release, or ErrNoRelease.
	Get(ctx context.Context, id shop.ID, number uint64) (Release, error)

	// Shops returns every shop that has a live release, sorted.
	Shops(ctx context.Context) ([]shop.ID, error)
}
