package redisstore_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/redis/go-redis/v9"

	"github.com/honeyguide-chat/honeyguide/knowledge"
	"github.com/honeyguide-chat/honeyguide/knowledge/knowledgetest"
	"github.com/honeyguide-chat/honeyguide/knowledge/redisstore"
	"github.com/honeyguide-chat/honeyguide/knowledge/shop"
	"github.com/honeyguide-chat/honeyguide/testdata/redistest"
)

func TestStore(t *testing.T) {
	redistest.Start(t) // one server for all subtests
	knowledgetest.TestStore(t, func(t *testing.T) knowledgetest.Harness {
		return harness(t, redistest.Start(t))
	})
}

func TestStoreInACluster(t *testing.T) {
	redistest.StartCluster(t)
	knowledgetest.TestStore(t, func(t *testing.T) knowledgetest.Harness {
		return harness(t, redistest.StartCluster(t))
	})
}

func harness(t *testing.T, rdb redis.UniversalClient) knowledgetest.Harness {
	return knowledgetest.Harness{
		Store: redisstore.New(rdb),
		Open:  func() knowledge.Store { return redisstore.New(rdb) },
		DamageModel: func(id shop.ID) {
			keys := chunks(t, rdb, id)
			if err := rdb.SetRange(t.Context(), keys[len(keys)/2], 0, "?").Err(); err != nil {
				t.Fatal(err)
			}
		},
		Break: func() {
			if err := rdb.Close(); err != nil {
				t.Fatal(err)
			}
		},
	}
}

// A publisher that dies between its two steps leaves a shop without a live
// release in the set of shops.
func TestShopsLeavesOutShopsWithoutRelease(t *testing.T) {
	rdb := redistest.Start(t)
	s := redisstore.New(rdb)
	var want []shop.ID
	for i := range 1100 { // more than are looked at in one round trip
		id := shop.ID(fmt.Sprint("shop-", i))
		if i%100 == 0 {
			if err := s.Publish(t.Context(), knowledgetest.Release(id, 1, "editor")); err != nil {
				t.Fatal(err)
			}
			want = append(want, id)
		} else if err := rdb.SAdd(t.Context(), "hg:shops", string(id)).Err(); err != nil {
			t.Fatal(err)
		}
	}
	slices.Sort(want)
	got, err := s.Shops(t.Context())
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("Shops() = %v (-want +got):\n%s", err, diff)
	}
}

func TestKeys(t *testing.T) {
	rdb := redistest.Start(t)
	if err := redisstore.New(rdb).Publish(t.Context(), knowledgetest.Release("shop-a", 1, "editor")); err != nil {
		t.Fatal(err)
	}
	got, err := rdb.Keys(t.Context(), "*").Result()
	slices.Sort(got)
	want := []string{"hg:shops", "hg:{shop-a}:live", "hg:{shop-a}:release:1"}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("keys = %v (-want +got):\n%s", err, diff)
	}
}

// Damaged data must not pass for a missing release, nor for a store that may
// work at the next try.
func TestDamagedData(t *testing.T) {
	rdb := redistest.Start(t)
	s := redisstore.New(rdb)
	set := func(cmd redis.Cmder) {
		t.Helper()
		if err := cmd.Err(); err != nil {
			t.Fatal(err)
		}
	}
	check := func(call string, err error) {
		t.Helper()
		if err == nil || errors.Is(err, knowledge.ErrNoRelease) || errors.Is(err, knowledge.ErrUnavailable) || errors.Is(err, knowledge.ErrReleaseExists) {
			t.Errorf("%s of damaged data: err = %v, want one of its own", call, err)
		}
	}
	set(rdb.Set(t.Context(), "hg:{shop-a}:live", "many", 0))
	_, err := s.Live(t.Context(), "shop-a")
	check("Live of a word", err)
	set(rdb.Set(t.Context(), "hg:{shop-a}:release:1", "{", 0))
	_, err = s.Get(t.Context(), "shop-a", 1)
	check("Get of half a release", err)
	set(rdb.RPush(t.Context(), "hg:{shop-b}:live", "a list"))
	_, err = s.Live(t.Context(), "shop-b")
	check("Live of a list", err)
	check("Publish over a list", s.Publish(t.Context(), knowledgetest.Release("shop-b", 1, "editor")))
	set(rdb.Set(t.Context(), "hg:shops", "no set", 0))
	_, err = s.Shops(t.Context())
	check("Shops of a word", err)
}
