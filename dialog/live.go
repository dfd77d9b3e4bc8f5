package dialog

import (
	"context"
	"time"

	"github.com/honeyguide-chat/honeyguide/intent"
	"github.com/honeyguide-chat/honeyguide/knowledge"
	"github.com/honeyguide-chat/honeyguide/knowledge/shop"
)

// Knowledge gives the live release of a shop.
type Knowledge interface {
	// Acquire pins the shop's live release until it is released. It returns
	// an error that wraps knowledge.ErrNoRelease where the shop has none.
	Acquire(ctx context.Context, id shop.ID) (Release, error)
}

// Release is one pinned release: everything in it belongs to one snapshot.
type Release interface {
	// Number of the release, from 1.
	Number() uint64
	// Tree that was published.
	Tree() *knowledge.Tree
	// Match ranks the nodes that utterance may be about and that are valid at
	// now. topic is the node that the session is about, or "".
	Match(ctx context.Context, utterance string, topic knowledge.NodeID, now time.Time) (intent.Result, error)
	// Branch returns the index of the first branch of node that holds for
	// slots. Where a slot that a condition needs is not filled it returns that
	// slot instead (index -1); the slots of node's Ask come first.
	Branch(node *knowledge.Node, slots map[knowledge.SlotID]string) (branch int, missing knowledge.SlotID, err error)
	// Release ends the use. Nothing of the release may be used afterwards.
	Release()
}
