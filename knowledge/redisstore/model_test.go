package redisstore_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/redis/go-redis/v9"

	"github.com/honeyguide-chat/honeyguide/knowledge"
	"github.com/honeyguide-chat/honeyguide/knowledge/knowledgetest"
	"github.com/honeyguide-chat/honeyguide/knowledge/redisstore"
	"github.com/honeyguide-chat/honeyguide/knowledge/shop"
	"github.com/honeyguide-chat/honeyguide/testdata/redistest"
)

// loose is for how long chunks that belong to no model are kept.
const loose = 2 * time.Minute

// chunks returns the keys of the chunks of a shop's model.
func chunks(t *testing.T, rdb redis.UniversalClient, id shop.ID) []string {
	t.Helper()
	text, err := rdb.Get(t.Context(), fmt.Sprintf("hg:{%s}:model", id)).Bytes()
	if err != nil {
		t.Fatal(err)
	}
	var label struct {
		ID   string
		Size int
	}
	if err := json.Unmarshal(text, &label); err != nil {
		t.Fatal(err)
	}
	var keys []string
	for i := range (label.Size + 1<<20 - 1) >> 20 {
		keys = append(keys, fmt.Sprintf("hg:{%s}:model:%s:%d", id, label.ID, i))
	}
	return keys
}

// A model is a few values of bounded size, which stay; nothing else stays, nor
// goes at once, since somebody may be reading it.
func TestModelKeys(t *testing.T) {
	rdb := redistest.StartServer(t).Client()
	s := redisstore.New(rdb)
	publish(t, s, knowledgetest.Release("shop-a", 1, "editor"))
	var old []string
	for round := range 2 {
		setModel(t, s, 1, knowledgetest.Model(round, 3<<20+5))
		keys := chunks(t, rdb, "shop-a")
		var sizes []int64
		for _, k := range keys {
			sizes = append(sizes, rdb.StrLen(t.Context(), k).Val())
			if ttl := rdb.PTTL(t.Context(), k).Val(); ttl != -1 {
				t.Errorf("chunk %s of the model ends in %v, want never", k, ttl)
			}
		}
		if diff := cmp.Diff([]int64{1 << 20, 1 << 20, 1 << 20, 5}, sizes); diff != "" {
			t.Errorf("sizes of the chunks (-want +got):\n%s", diff)
		}
		for _, k := range old {
			if ttl := rdb.PTTL(t.Context(), k).Val(); ttl <= loose/2 || ttl > loose {
				t.Errorf("chunk %s of a replaced model ends in %v, want about %v", k, ttl, loose)
			}
		}
		old = keys
	}
	redistest.Age(t, rdb, loose)
	got := rdb.Keys(t.Context(), "hg:{shop-a}:model*").Val()
	want := append(chunks(t, rdb, "shop-a"), "hg:{shop-a}:model")
	slices.Sort(got)
	slices.Sort(want)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("keys in the end (-want +got):\n%s", diff)
	}
	wantModel(t, s, 1, knowledgetest.Model(1, 3<<20+5))
}

// TestWriterOfAModelDies breaks a writer's connection after each of its steps:
// readers have the old model, whole, or the new one, and what it leaves behind
// goes away by itself.
func TestWriterOfAModelDies(t *testing.T) {
	const size, steps = 2<<20 + 1, 6 // the live release, three chunks, the old label, the switch
	server := redistest.StartServer(t)
	rdb := server.Client()
	reader := redisstore.New(rdb)
	publish(t, reader, knowledgetest.Release("shop-a", 1, "editor"))
	for step := int64(1); step <= steps; step++ {
		old, next := knowledgetest.Model(int(step), size), knowledgetest.Model(int(-step), size)
		setModel(t, reader, 1, old)
		w := &wire{lost: func() {}}
		s := redisstore.New(server.Client(func(o *redis.Options) { o.Dialer, o.MaxRetries = w.dial, -1 }))
		if _, err := s.Live(t.Context(), "shop-a"); err != nil { // the connection is made
			t.Fatal(err)
		}
		w.after.Store(step)
		if err := s.SetModel(t.Context(), "shop-a", 1, next); !errors.Is(err, knowledge.ErrUnavailable) {
			t.Errorf("SetModel whose answer %d is lost = %v, want ErrUnavailable", step, err)
		}
		if w.after.Load() != 0 {
			t.Fatalf("answer %d was not lost", step)
		}
		want := old
		if step == steps {
			want = next // it was done; only its author does not know
		}
		wantModel(t, reader, 1, want)
		redistest.Age(t, rdb, loose)
		wantModel(t, reader, 1, want)
		if n := len(rdb.Keys(t.Context(), "hg:{shop-a}:model:*").Val()); n != 3 {
			t.Errorf("after step %d %d chunks are left, want those of one model, 3", step, n)
		}
		setModel(t, s, 1, next) // once more, whatever happened
		wantModel(t, reader, 1, next)
	}
}

// The client asks again by itself: the model is set once.
func TestLostAnswerToAModel(t *testing.T) {
	server := redistest.StartServer(t)
	rdb := server.Client()
	w := &wire{lost: func() {}}
	s := redisstore.New(server.Client(func(o *redis.Options) { o.Dialer, o.MaxRetries = w.dial, 3 }))
	publish(t, s, knowledgetest.Release("shop-a", 1, "editor"))
	setModel(t, s, 1, knowledgetest.Model(0, 10))
	for step := int64(1); step <= 4; step++ {
		w.after.Store(step)
		setModel(t, s, 1, knowledgetest.Model(int(step), 10))
		wantModel(t, s, 1, knowledgetest.Model(int(step), 10))
		for _, k := range chunks(t, rdb, "shop-a") {
			if ttl := rdb.PTTL(t.Context(), k).Val(); ttl != -1 {
				t.Errorf("after step %d the model's chunk ends in %v, want never", step, ttl)
			}
		}
	}
}

// TestSlowWriterOfAModel lets a writer take longer than its chunks are kept.
func TestSlowWriterOfAModel(t *testing.T) {
	server := redistest.StartServer(t)
	rdb := server.Client()
	s := redisstore.New(rdb)
	publish(t, s, knowledgetest.Release("shop-a", 1, "editor"))
	setModel(t, s, 1, knowledgetest.Model(1, 100))
	slow := redisstore.New(server.Client(func(o *redis.Options) {
		o.Limiter = hook{func() { redistest.Age(t, rdb, loose/2) }} // before each command
	}))
	if err := slow.SetModel(t.Context(), "shop-a", 1, knowledgetest.Model(2, 3<<20)); !errors.Is(err, knowledge.ErrUnavailable) {
		t.Errorf("SetModel that takes too long = %v, want ErrUnavailable", err)
	}
	wantModel(t, s, 1, knowledgetest.Model(1, 100))
}

// hook is a go-redis limiter that limits nothing.
type hook struct{ before func() }

func (h hook) Allow() error       { h.before(); return nil }
func (h hook) ReportResult(error) {}

// TestAnotherIsFaster lets others act between a writer's steps.
func TestAnotherIsFaster(t *testing.T) {
	const reading, switching = 3, 4 // the steps after a look at the live release and a chunk
	tests := []struct {
		name  string
		step  int
		acts  func(*testing.T, *redisstore.Store)
		want  error
		model int // which one there is afterwards
	}{
		{"with a model, before the label is read", reading, func(t *testing.T, s *redisstore.Store) { setModel(t, s, 1, knowledgetest.Model(2, 50)) }, nil, 3},
		{"with a model, after the label was read", switching, func(t *testing.T, s *redisstore.Store) { setModel(t, s, 1, knowledgetest.Model(2, 50)) }, nil, 3},
		{"with a release", switching, func(t *testing.T, s *redisstore.Store) { publish(t, s, knowledgetest.Release("shop-a", 2, "other")) }, knowledge.ErrNoRelease, 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			server := redistest.StartServer(t)
			rdb := server.Client()
			other := redisstore.New(rdb)
			publish(t, other, knowledgetest.Release("shop-a", 1, "editor"))
			setModel(t, other, 1, knowledgetest.Model(1, 50))
			step := -100 // until the connection is made
			s := redisstore.New(server.Client(func(o *redis.Options) {
				o.Limiter = hook{func() {
					if step++; step == tt.step {
						tt.acts(t, other)
					}
				}}
			}))
			if _, err := s.Live(t.Context(), "shop-a"); err != nil {
				t.Fatal(err)
			}
			step = 0
			if err := s.SetModel(t.Context(), "shop-a", 1, knowledgetest.Model(3, 50)); !errors.Is(err, tt.want) {
				t.Errorf("SetModel = %v, want %v", err, tt.want)
			}
			wantModel(t, other, 1, knowledgetest.Model(tt.model, 50))
			redistest.Age(t, rdb, loose)
			if diff := cmp.Diff(chunks(t, rdb, "shop-a"), rdb.Keys(t.Context(), "hg:{shop-a}:model:*").Val()); diff != "" {
				t.Errorf("chunks in the end (-want +got):\n%s", diff)
			}
			wantModel(t, other, 1, knowledgetest.Model(tt.model, 50))
		})
	}
}

// TestKilledServerKeepsTheModelWhole kills a server with a synced log while its
// model is replaced.
func TestKilledServerKeepsTheModelWhole(t *testing.T) {
	server := redistest.StartServer(t, "--appendonly", "yes", "--appendfsync", "always")
	publish(t, redisstore.New(server.Client()), knowledgetest.Release("shop-a", 1, "editor"))
	for round := range 3 {
		s := redisstore.New(server.Client(failFast))
		acknowledged := knowledgetest.Model(round, 2<<20)
		setModel(t, s, 1, acknowledged)
		killed := make(chan struct{})
		next := knowledgetest.Model(-1-round, 2<<20)
		var err error
		for i := 0; err == nil; i++ {
			if i == 2+round {
				go func() { defer close(killed); server.Kill() }()
			}
			acknowledged, next = next, acknowledged
			err = s.SetModel(t.Context(), "shop-a", 1, acknowledged)
		}
		<-killed
		server.Restart()
		got, err := redisstore.New(server.Client()).Model(t.Context(), "shop-a", 1)
		if err != nil || !bytes.Equal(got, acknowledged) && !bytes.Equal(got, next) {
			t.Errorf("Model after the restart = %d bytes, %v, want the old or the new one", len(got), err)
		}
	}
}

// A damaged label must not pass for a release without a model, nor make its
// reader ask for more memory than a model can have.
func TestDamagedModel(t *testing.T) {
	rdb := redistest.Start(t)
	s := redisstore.New(rdb)
	publish(t, s, knowledgetest.Release("shop-a", 1, "editor"))
	damage := map[string]func(label string) string{
		"no JSON":       func(string) string { return "{" },
		"of no bytes":   func(string) string { return `{"release":1,"size":0}` },
		"too long":      func(string) string { return `{"release":1,"size":999999999999}` },
		"a larger size": func(l string) string { return strings.Replace(l, `"size":1048586`, `"size":2148586`, 1) },
		"a lesser size": func(l string) string { return strings.Replace(l, `"size":1048586`, `"size":1048585`, 1) },
		"other chunks":  func(l string) string { return strings.Replace(l, `"id":"`, `"id":"X`, 1) },
	}
	for name, change := range damage {
		setModel(t, s, 1, knowledgetest.Model(1, 1<<20+10))
		label := rdb.Get(t.Context(), "hg:{shop-a}:model").Val()
		if err := rdb.Set(t.Context(), "hg:{shop-a}:model", change(label), 0).Err(); err != nil || change(label) == label {
			t.Fatalf("%s: damaging the label: %v", name, err)
		}
		model, err := s.Model(t.Context(), "shop-a", 1)
		if err == nil || errors.Is(err, knowledge.ErrNoModel) || errors.Is(err, knowledge.ErrUnavailable) {
			t.Errorf("Model with a label that is %s = %d bytes, %v, want an error of its own", name, len(model), err)
		}
	}
	setModel(t, s, 1, knowledgetest.Model(2, 100))
	wantModel(t, s, 1, knowledgetest.Model(2, 100))
}

func setModel(t *testing.T, s knowledge.Store, number uint64, model []byte) {
	t.Helper()
	if err := s.SetModel(t.Context(), "shop-a", number, model); err != nil {
		t.Errorf("SetModel(%d, %d bytes) = %v, want nil", number, len(model), err)
	}
}

func wantModel(t *testing.T, s knowledge.Store, number uint64, want []byte) {
	t.Helper()
	got, err := s.Model(t.Context(), "shop-a", number)
	if err != nil || !bytes.Equal(got, want) {
		t.Errorf("Model(%d) = %d bytes, %v, want the %d bytes that were set", number, len(got), err, len(want))
	}
}
