package knowledgetest

import (
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/honeyguide-chat/honeyguide/knowledge"
)

const (
	publishers = 6
	releases   = 60
)

// testOnePublisherWins lets publishers race for every number: each has exactly
// one winner, who was told so.
func testOnePublisherWins(t *testing.T, h Harness) {
	var winners [releases + 1]atomic.Pointer[string]
	var wg sync.WaitGroup
	for p := range publishers {
		author := fmt.Sprint("editor-", p)
		store := h.Store
		if p%2 == 1 {
			store = h.Open()
		}
		wg.Go(func() {
			for n := uint64(1); n <= releases; n++ {
				switch err := store.Publish(t.Context(), Release("shop-a", n, author)); {
				case err == nil:
					if other := winners[n].Swap(&author); other != nil {
						t.Errorf("release %d was published by %s and %s", n, *other, author)
					}
				case !errors.Is(err, knowledge.ErrReleaseExists):
					t.Errorf("Publish(%d) = %v, want nil or ErrReleaseExists", n, err)
				}
			}
		})
	}
	wg.Wait()
	wantLive(t, h.Store, "shop-a", releases)
	for n := uint64(1); n <= releases; n++ {
		if winner := winners[n].Load(); winner == nil {
			t.Errorf("nobody was told to have published release %d", n)
		} else {
			wantRelease(t, h.Store, Release("shop-a", n, *winner))
		}
	}
}

// testLiveIsWhole reads while releases are published: whatever is live can be
// read whole, and live never goes back.
func testLiveIsWhole(t *testing.T, h Harness) {
	publish(t, h.Store, Release("shop-a", 1, "editor"))
	done := make(chan struct{})
	var wg sync.WaitGroup
	for range 3 {
		wg.Go(func() {
			last := uint64(1)
			for open := true; open; {
				select {
				case <-done:
					open = false
				default:
				}
				n, err := h.Store.Live(t.Context(), "shop-a")
				if err != nil || n < last {
					t.Errorf("Live = %d, %v after %d", n, err, last)
					return
				}
				last = n
				got, err := h.Store.Get(t.Context(), "shop-a", n)
				if err != nil {
					t.Errorf("Get(%d), which is live: err = %v", n, err)
					return
				}
				if diff := cmp.Diff(Release("shop-a", n, "editor"), got); diff != "" {
					t.Errorf("Get(%d), which is live (-want +got):\n%s", n, diff)
				}
			}
		})
	}
	for n := uint64(2); n <= releases; n++ {
		publish(t, h.Store, Release("shop-a", n, "editor"))
	}
	close(done)
	wg.Wait()
}
