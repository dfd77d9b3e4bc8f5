package redisstore_test

import (
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/honeyguide-chat/honeyguide/dialog"
	"github.com/honeyguide-chat/honeyguide/handoff"
	"github.com/honeyguide-chat/honeyguide/handoff/redisqueue"
	"github.com/honeyguide-chat/honeyguide/knowledge"
	"github.com/honeyguide-chat/honeyguide/knowledge/shop"
	"github.com/honeyguide-chat/honeyguide/testdata/redistest"
)

// ignorant are shops that have published nothing.
type ignorant struct{}

func (ignorant) Acquire(context.Context, shop.ID) (dialog.Release, error) {
	return nil, knowledge.ErrNoRelease
}

// office is a node whose shops are on masters that are up. No wake-up reaches
// it: its waker does not run.
type office struct {
	*testing.T
	cluster *redistest.Cluster
	service *dialog.Service
	desk    *dialog.Desk
	shops   int
}

func (o *office) node() *dialog.Service {
	return dialog.NewService(stores(o.T, o.cluster.Client), ignorant{}, time.Now, rand.Text, dialog.Config{})
}

// route starts a node that routes, until stop is called.
func (o *office) route(node string) (stop func()) {
	ctx, cancel := context.WithCancel(o.Context())
	done := make(chan error)
	router := dialog.NewRouter(o.node(), node, slog.New(slog.DiscardHandler))
	go func() { done <- router.Run(ctx) }()
	return func() {
		cancel()
		if err := <-done; err != nil {
			o.Errorf("Run = %v", err)
		}
	}
}

// newShop returns a shop that lies on another master than a key.
func (o *office) newShop(key string) shop.ID {
	for {
		o.shops++
		if id := shop.ID(fmt.Sprint("shop-", o.shops)); o.cluster.Apart(fmt.Sprintf("{%s}", id), key) {
			return id
		}
	}
}

// inTime fails where an act took longer than a customer puts up with: the master
// that is away may cost patience for each of the two keys that it keeps.
func (o *office) inTime(act string, f func() error) {
	o.Helper()
	began := time.Now()
	if err := f(); err != nil {
		o.Errorf("%s = %v, want nil", act, err)
	}
	if took := time.Since(began); took > time.Second {
		o.Errorf("%s took %v, want a moment", act, took)
	}
}

// opens has an agent of a shop come.
func (o *office) opens(id shop.ID) {
	o.Helper()
	o.inTime("PutRules", func() error {
		rules, err := o.desk.Rules(o.Context(), id)
		if err == nil {
			rules.Mode = handoff.Assign
			_, err = o.desk.PutRules(o.Context(), rules)
		}
		return err
	})
	o.inTime("SetPresence", func() error {
		_, err := o.desk.SetPresence(o.Context(), id, "mei", handoff.Online, false)
		return err
	})
}

// serves has a customer ask for a human, who must get one.
func (o *office) serves(what string, id shop.ID) {
	o.Helper()
	ticket, visitor := "", rand.Text()
	o.inTime("AskHuman", func() error {
		s, _, err := o.service.Start(o.Context(), dialog.StartRequest{Shop: id, Visitor: visitor})
		if err != nil {
			return err
		}
		said, err := o.service.AskHuman(o.Context(), dialog.ActRequest{Shop: id, Visitor: visitor, Session: s.ID, Turn: "turn"})
		if err == nil {
			ticket = said.Ticket
		}
		return err
	})
	for deadline := time.Now().Add(5 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		got, _, err := o.desk.Get(o.Context(), id, ticket)
		if err == nil && got.State == handoff.Held {
			return
		}
		if time.Now().After(deadline) {
			o.Errorf("the customer of %s has %+v, %v after 5 s, want an agent", what, got, err)
			return
		}
	}
}

// TestMasterOfStirsThatIsAwayHoldsUpItsOwnShops pauses, one after the other, the
// two masters that keep the stirs of all shops.
func TestMasterOfStirsThatIsAwayHoldsUpItsOwnShops(t *testing.T) {
	o := &office{T: t, cluster: redistest.StartOwnCluster(t, func(c *redis.ClusterOptions) {
		c.ContextTimeoutEnabled, c.MaxRetries, c.DialerRetries = true, 1, 1
		c.ReadTimeout, c.WriteTimeout, c.DialTimeout = 2*time.Second, 2*time.Second, time.Second
	})}
	o.service = o.node()
	o.desk = dialog.NewDesk(o.service)
	for _, key := range []string{"hg:stirs", "hg:stirs:twin"} {
		awake := o.newShop(key)
		o.opens(awake)
		stop := o.route("starts before " + key)
		o.serves("a shop that is followed", awake)

		resume := o.cluster.Pause(key)
		rested := o.newShop(key)
		o.opens(rested)
		o.serves("a shop that is followed", awake)
		o.serves("a shop that rests", rested)
		stop()
		stop = o.route("starts without " + key)
		o.serves("a shop when another node takes over", awake)
		resume()

		o.wantWhole()
		o.serves("a shop when all masters are there", rested)
		stop()
	}
}

// wantWhole waits until both places have the stirs of all that happens, and both
// can be read.
func (o *office) wantWhole() {
	o.Helper()
	q := redisqueue.New(o.cluster.Client)
	for deadline := time.Now().Add(5 * time.Second); ; time.Sleep(100 * time.Millisecond) {
		id := o.newShop("")
		_, err := o.desk.SetPresence(o.Context(), id, "mei", handoff.Offline, false)
		_, first := o.cluster.Client.ZScore(o.Context(), "hg:stirs", string(id)).Result()
		_, twin := o.cluster.Client.ZScore(o.Context(), "hg:stirs:twin", string(id)).Result()
		_, _, all := q.Stirred(o.Context(), handoff.Mark{})
		if err == nil && first == nil && twin == nil && all == nil {
			return
		}
		if time.Now().After(deadline) {
			o.Fatalf("5 s after all masters are back: SetPresence = %v; its stir in the one place: %v, in the other: %v; Stirred: %v", err, first, twin, all)
		}
	}
}
