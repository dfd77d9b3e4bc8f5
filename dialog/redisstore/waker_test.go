package redisstore_test

import (
	"context"
	"fmt"
	"log/slog"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/honeyguide-chat/honeyguide/dialog/redisstore"
	"github.com/honeyguide-chat/honeyguide/testdata/redistest"
)

// patience is how long a wake-up may take before a test fails.
const patience = 15 * time.Second

func TestWakerWithoutRunWakesItsOwnProcess(t *testing.T) {
	w := redisstore.NewWaker(redistest.Start(t), slog.New(slog.DiscardHandler))
	wakes, leave := w.Subscribe("topic")
	defer leave()
	w.Wake(t.Context(), "topic")
	select {
	case <-wakes:
	default:
		t.Error("no wake-up in the process that woke")
	}
}

func TestWakerReachesOtherProcesses(t *testing.T) { testWakerReachesOthers(t, redistest.Start(t)) }

func testWakerReachesOthers(t *testing.T, rdb redis.UniversalClient) {
	here, there := runWaker(t, rdb), runWaker(t, rdb)
	other, leave := there.Subscribe("other")
	defer leave()
	for _, topic := range []string{"session:shop-a:s 1", "queue:shop-b", ""} {
		wakes, leave := there.Subscribe(topic)
		defer leave()
		here.Wake(t.Context(), topic)
		receive(t, topic, wakes)
	}
	select {
	case <-other:
		t.Error("a topic that nobody woke was woken")
	default:
	}
}

func TestWakerDoesNotWakeItselfTwice(t *testing.T) {
	rdb := redistest.Start(t)
	here, there := runWaker(t, rdb), runWaker(t, rdb)
	mine, leave := here.Subscribe("topic")
	defer leave()
	after, leaveAfter := here.Subscribe("after")
	defer leaveAfter()
	theirs, leaveTheirs := there.Subscribe("topic")
	defer leaveTheirs()

	here.Wake(t.Context(), "topic")
	<-mine
	receive(t, "topic", theirs) // so Redis has sent it to everybody
	there.Wake(t.Context(), "after")
	receive(t, "what comes after it", after)
	select {
	case <-mine:
		t.Error("a wake-up came back to the process that sent it")
	default:
	}
}

// TestListenHearsWhatOthersWake also looks for "", which says that something may
// have been missed: before the first connection, and while there was none.
func TestListenHearsWhatOthersWake(t *testing.T) {
	s := redistest.StartServer(t)
	here, there := runWaker(t, s.Client(failFast)), runWaker(t, s.Client(failFast))
	heard := make(chan string, 100)
	there.Listen(func(topic string) { heard <- topic })
	next := func(want string) {
		t.Helper()
		select {
		case got := <-heard:
			if got != want {
				t.Errorf("heard %q, want %q", got, want)
			}
		case <-time.After(patience):
			t.Fatalf("heard nothing after %v, want %q", patience, want)
		}
	}
	there.Wake(t.Context(), "its own")
	here.Wake(t.Context(), "of another node")
	next("of another node")
	s.Kill()
	s.Restart()
	next("")
}

// TestWakerFindsRedisAgain kills the server: when it is back, every watcher is
// woken, as it may have missed something, and wake-ups work as before.
func TestWakerFindsRedisAgain(t *testing.T) {
	s := redistest.StartServer(t)
	here, there := runWaker(t, s.Client(failFast)), runWaker(t, s.Client(failFast))
	wakes, leave := there.Subscribe("topic")
	defer leave()
	drain(wakes)
	s.Kill()
	here.Wake(t.Context(), "lost")
	s.Restart()
	receive(t, "topic, on the new connection", wakes)

	// The other one may still be waiting to send again: a hint may be lost.
	deadline := time.After(patience)
	for {
		here.Wake(t.Context(), "topic")
		select {
		case <-wakes:
			return
		case <-time.After(20 * time.Millisecond):
		case <-deadline:
			t.Fatal("no wake-up after the server came back")
		}
	}
}

func TestWakeDoesNotWaitForRedis(t *testing.T) {
	s := redistest.StartServer(t)
	w := runWaker(t, s.Client())
	s.Pause()
	defer s.Resume()
	began := time.Now()
	for i := range 20_000 {
		w.Wake(t.Context(), fmt.Sprint("topic-", i))
	}
	if took := time.Since(began); took > patience {
		t.Errorf("20,000 wake-ups with the server paused take %v", took)
	}
}

// runWaker returns a waker that listens.
func runWaker(t *testing.T, rdb redis.UniversalClient) *redisstore.Waker {
	t.Helper()
	w := redisstore.NewWaker(rdb, slog.New(slog.DiscardHandler))
	started, leave := w.Subscribe("started")
	defer leave()
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() { ended <- w.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		select {
		case err := <-ended:
			if err != nil {
				t.Errorf("Run() = %v, want nil", err)
			}
		case <-time.After(patience):
			t.Error("Run does not return when its context ends")
		}
	})
	receive(t, "its own start", started)
	return w
}

func receive(t *testing.T, what string, wakes <-chan struct{}) {
	t.Helper()
	select {
	case <-wakes:
	case <-time.After(patience):
		t.Fatalf("no wake-up of %s after %v", what, patience)
	}
}

func drain(wakes <-chan struct{}) {
	select {
	case <-wakes:
	default:
	}
}
