package auth

import (
	"fmt"
	"sync"
	"testing"
)

func TestRememberedKeepsWhatIsUsed(t *testing.T) {
	r := newRemembered(10)
	r.put("used", Grant{Identity: Identity{Subject: "ann"}})
	for i := range 100 {
		r.put(fmt.Sprint(i), Grant{})
		if g, ok := r.get("used"); !ok || g.Subject != "ann" {
			t.Fatalf("after %d others: get = %v, %t, want ann", i+1, g, ok)
		}
		if len(r.now)+len(r.old) > 20 {
			t.Fatalf("%d tokens are kept, want at most 20", len(r.now)+len(r.old))
		}
	}
	if g, ok := r.get("0"); ok {
		t.Errorf("get of a token that came long ago = %v, true", g)
	}
}

func TestRememberedByMany(t *testing.T) {
	r := newRemembered(10)
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for i := range 1000 {
				token := fmt.Sprint(i % 30)
				r.put(token, Grant{Identity: Identity{Subject: token}})
				if g, ok := r.get(token); ok && g.Subject != token {
					t.Errorf("get(%s) = %s", token, g.Subject)
				}
			}
		})
	}
	wg.Wait()
}
