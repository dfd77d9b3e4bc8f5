package live_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.etcd.io/bbolt"

	"github.com/honeyguide-chat/honeyguide/intent/live"
	"github.com/honeyguide-chat/honeyguide/knowledge"
	"github.com/honeyguide-chat/honeyguide/knowledge/boltstore"
	"github.com/honeyguide-chat/honeyguide/knowledge/shop"
)

var noon = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

func draft(answer string) live.Draft {
	return live.Draft{Author: "editor", Note: "test", Source: fmt.Appendf(nil, `honeyguide: 1
locale: zh-CN
nodes:
  - id: refund.when
    title: 退款到账
    question: 退款多久到账
    similar: [退的钱几天能到, 钱什么时候退给我]
    answer: %s
  - id: invoice.how
    title: 开发票
    question: 怎么开发票
    similar: [发票在哪里申请, 我要一张发票]
    answer: 在订单详情里申请。
`, answer)}
}

func newStore(t *testing.T) knowledge.Store {
	t.Helper()
	db, err := bbolt.Open(filepath.Join(t.TempDir(), "test.db"), 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	s, err := boltstore.New(db)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func newCatalog(t *testing.T, s knowledge.Store) *live.Catalog {
	t.Helper()
	c := live.New(s, func() time.Time { return noon }, live.Options{Refresh: 10 * time.Millisecond, Recent: 100})
	t.Cleanup(c.Close)
	return c
}

func publish(t *testing.T, c *live.Catalog, id shop.ID, answer string) knowledge.Release {
	t.Helper()
	r, err := c.Publish(t.Context(), id, draft(answer))
	if err != nil {
		t.Fatalf("Publish(%s) = %v", answer, err)
	}
	return r
}

// answer returns what the live release answers, and its number.
func answer(t *testing.T, c *live.Catalog, id shop.ID) (string, uint64) {
	t.Helper()
	s, err := c.Acquire(t.Context(), id)
	if err != nil {
		t.Fatalf("Acquire = %v", err)
	}
	defer s.Release()
	r, err := s.Match(t.Context(), "退款多久到账", "", noon)
	if err != nil {
		t.Fatal(err)
	}
	best, _ := r.Best()
	return s.Tree().Node(best.Node).Answer, s.Number()
}

func TestPublishGoesLiveAndSurvivesARestart(t *testing.T) {
	store := newStore(t)
	c := newCatalog(t, store)
	if _, err := c.Acquire(t.Context(), "a"); !errors.Is(err, knowledge.ErrNoRelease) {
		t.Fatalf("Acquire before anything was published = %v, want ErrNoRelease", err)
	}
	for i, want := range []string{"三天", "五天"} {
		if r := publish(t, c, "a", want); r.Number != uint64(i+1) || r.Nodes != 2 || r.Questions != 6 || r.Author != "editor" {
			t.Errorf("Publish = %+v, want release %d of 2 nodes and 6 questions", r, i+1)
		}
		if got, number := answer(t, c, "a"); got != want || number != uint64(i+1) {
			t.Errorf("answers %q from release %d, want %q from %d", got, number, want, i+1)
		}
	}
	again := newCatalog(t, store)
	if got, number := answer(t, again, "a"); got != "五天" || number != 2 {
		t.Errorf("after a restart: %q from release %d, want 五天 from 2", got, number)
	}
}

func TestPublishRefusesWhatIsWrongAndChangesNothing(t *testing.T) {
	c := newCatalog(t, newStore(t))
	publish(t, c, "a", "三天")
	good := draft("五天")
	withTests := good
	withTests.Tests = []byte("utterance\texpect\n退款多久到账\trefund.when\n")
	tests := map[string]live.Draft{
		"not YAML":                {Source: []byte("nodes: [")},
		"empty":                   {},
		"lint":                    draft(`""`),
		"a test question in tree": withTests,
	}
	for name, d := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := c.Publish(t.Context(), "a", d)
			invalid, ok := errors.AsType[*knowledge.InvalidError](err)
			if !ok || len(invalid.Problems) == 0 {
				t.Errorf("Publish = %v, want an InvalidError with problems", err)
			}
			if got, number := answer(t, c, "a"); got != "三天" || number != 1 {
				t.Errorf("answers %q from release %d, want 三天 from 1", got, number)
			}
		})
	}
}

func TestPublishOnAnOldBaseIsRefused(t *testing.T) {
	c := newCatalog(t, newStore(t))
	publish(t, c, "a", "三天")
	publish(t, c, "a", "五天")
	d := draft("七天")
	d.Base = 1
	if _, err := c.Publish(t.Context(), "a", d); !errors.Is(err, knowledge.ErrReleaseExists) {
		t.Errorf("Publish on base 1 with 2 live = %v, want ErrReleaseExists", err)
	}
	d.Base = 2
	if _, err := c.Publish(t.Context(), "a", d); err != nil {
		t.Errorf("Publish on the live base = %v, want nil", err)
	}
}

func TestShopsDoNotSeeEachOther(t *testing.T) {
	c := newCatalog(t, newStore(t))
	publish(t, c, "a", "三天")
	publish(t, c, "b", "九天")
	for id, want := range map[shop.ID]string{"a": "三天", "b": "九天"} {
		if got, number := answer(t, c, id); got != want || number != 1 {
			t.Errorf("shop %s answers %q from release %d, want %q from 1", id, got, number, want)
		}
	}
}

func TestRunFollowsAnotherNode(t *testing.T) {
	store := newStore(t)
	here, there := newCatalog(t, store), newCatalog(t, store)
	publish(t, here, "a", "三天")
	if got, _ := answer(t, there, "a"); got != "三天" {
		t.Fatalf("the other node answers %q, want 三天", got)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- there.Run(ctx) }()
	publish(t, here, "a", "五天")
	deadline := time.Now().Add(10 * time.Second)
	for got := ""; got != "五天"; got, _ = answer(t, there, "a") {
		if time.Now().After(deadline) {
			t.Fatal("the other node never followed")
		}
	}
	cancel()
	if err := <-done; err != nil {
		t.Errorf("Run = %v, want nil", err)
	}
}

// A turn that holds a release keeps it while others are published, and sees
// nothing of them.
func TestAcquiredReleaseOutlivesItsSuccessors(t *testing.T) {
	c := newCatalog(t, newStore(t))
	publish(t, c, "a", "答一")
	held, err := c.Acquire(t.Context(), "a")
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	stop := make(chan struct{})
	for range 3 {
		wg.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
					answer(t, c, "a")
				}
			}
		})
	}
	for i := range 5 {
		publish(t, c, "a", fmt.Sprintf("答%d", i+2))
	}
	close(stop)
	wg.Wait()
	r, err := held.Match(t.Context(), "退款多久到账", "", noon)
	if err != nil {
		t.Fatalf("Match on a replaced release = %v, want it to answer", err)
	}
	if best, _ := r.Best(); held.Number() != 1 || held.Tree().Node(best.Node).Answer != "答一" {
		t.Errorf("the held release changed: number %d", held.Number())
	}
	held.Release()
}

// moved is a draft in which the question belongs to the node of that id.
func moved(id string) live.Draft {
	d := draft("三天")
	d.Source = bytes.Replace(d.Source, []byte("refund.when"), []byte(id), 1)
	return d
}

func TestMatchForgetsWithTheRelease(t *testing.T) {
	c := newCatalog(t, newStore(t))
	for _, id := range []string{"refund.when", "refund.days", "refund.when"} {
		if _, err := c.Publish(t.Context(), "a", moved(id)); err != nil {
			t.Fatal(err)
		}
		s, err := c.Acquire(t.Context(), "a")
		if err != nil {
			t.Fatal(err)
		}
		for range 2 {
			r, err := s.Match(t.Context(), "退款多久到账", "", noon)
			if best, _ := r.Best(); err != nil || string(best.Node) != id {
				t.Errorf("Match by release %d = %s, %v, want %s", s.Number(), best.Node, err, id)
			}
			why, err := s.Explain(t.Context(), "退款多久到账", "", noon)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(why.Result, r); diff != "" {
				t.Errorf("Explain and Match by release %d differ:\n%s", s.Number(), diff)
			}
		}
		s.Release()
	}
}
