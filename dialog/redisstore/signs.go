package redisstore

import (
	"context"
	_ "embed"
	"fmt"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/honeyguide-chat/honeyguide/dialog"
	"github.com/honeyguide-chat/honeyguide/handoff/redisqueue"
	"github.com/honeyguide-chat/honeyguide/knowledge/shop"
)

//go:embed lua/sign.lua
var signLua string

//go:embed lua/readsigns.lua
var readSignsLua string

var (
	signScript      = redis.NewScript(signLua)
	readSignsScript = redis.NewScript(readSignsLua)
)

var _ dialog.SignBoard = (*Signs)(nil)

// Signs is a [dialog.SignBoard] in Redis. Typing ends by the server's clock.
type Signs struct {
	rdb redis.UniversalClient
}

// NewSigns returns the board that rdb leads to.
func NewSigns(rdb redis.UniversalClient) *Signs { return &Signs{rdb: rdb} }

// Put implements [dialog.SignBoard].
func (b *Signs) Put(ctx context.Context, id shop.ID, session string, side dialog.Author, sign dialog.Sign, typing, keep time.Duration) error {
	ms := int64(0)
	if sign.Typing {
		ms = redisqueue.Milliseconds(typing)
	}
	err := signScript.Run(ctx, b.rdb, []string{signsKey(id, session)}, string(side), sign.Read, ms, redisqueue.Milliseconds(keep)).Err()
	if err != nil {
		return wrap("note a sign", err)
	}
	return nil
}

// Get implements [dialog.SignBoard].
func (b *Signs) Get(ctx context.Context, id shop.ID, session string) (dialog.Signs, error) {
	got, err := readSignsScript.Run(ctx, b.rdb, []string{signsKey(id, session)}).Int64Slice()
	if err != nil {
		return dialog.Signs{}, wrap("read signs", err)
	}
	if len(got) != 4 {
		return dialog.Signs{}, fmt.Errorf("redisstore: read signs: script answers %v", got)
	}
	return dialog.Signs{
		Visitor: dialog.Sign{Read: uint64(got[0]), Typing: got[1] == 1},
		Agent:   dialog.Sign{Read: uint64(got[2]), Typing: got[3] == 1},
	}, nil
}

func signsKey(id shop.ID, session string) string { return fmt.Sprintf("hg:{%s}:signs:%s", id, session) }
