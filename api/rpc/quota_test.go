package rpc

import (
	"sync"
	"testing"

	"github.com/honeyguide-chat/honeyguide/api/auth"
	"github.com/honeyguide-chat/honeyguide/knowledge/shop"
)

func TestQuotaBoundsCallerShopAndNode(t *testing.T) {
	who := func(id shop.ID, subject string) auth.Identity {
		return auth.Identity{Shop: id, Role: auth.Visitor, Subject: subject}
	}
	q := newQuota(Bounds{Caller: 1, Shop: 2, Node: 3})
	enter := func(id auth.Identity, want bool) func() {
		t.Helper()
		leave, ok := q.enter(id)
		if ok != want {
			t.Fatalf("enter(%v) = %t, want %t", id, ok, want)
		}
		return leave
	}
	leave := enter(who("a", "1"), true)
	enter(who("a", "1"), false) // the caller's
	enter(who("a", "2"), true)
	enter(who("a", "3"), false) // the shop's
	enter(who("b", "1"), true)
	enter(who("c", "1"), false) // the node's
	leave()
	enter(who("a", "3"), true)
}

func TestQuotaForgetsWhoLeft(t *testing.T) {
	q := newQuota(Bounds{Caller: -1, Shop: -1, Node: -1})
	var wg sync.WaitGroup
	for _, subject := range []string{"1", "2", "3", "4"} {
		wg.Go(func() {
			for range 500 {
				leave, ok := q.enter(auth.Identity{Shop: "a", Subject: subject})
				if !ok {
					t.Errorf("enter without bounds = false")
					return
				}
				leave()
			}
		})
	}
	wg.Wait()
	if q.node != 0 || len(q.shops) != 0 || len(q.callers) != 0 {
		t.Errorf("after all left: %d on the node, shops %v, callers %v", q.node, q.shops, q.callers)
	}
}
