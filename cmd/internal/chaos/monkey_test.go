package chaos

import (
	"math/rand/v2"
	"syscall"
	"testing"
	"time"

	"github.com/honeyguide-chat/honeyguide/testdata/redistest"
)

// monkey breaks things, one after the other, and mends them later: so that
// several are broken at the same time.
type monkey struct {
	t     testing.TB
	rng   *rand.Rand
	nodes []*node
	redis *redistest.Server

	broken map[any]bool // what must not be touched
	due    []repair
	done   map[string]int // how often each trick was played
}

// repair is what mends something, when it is time.
type repair struct {
	at   time.Time
	what any
	mend func()
}

// stopped is longer than a router keeps the lead, and than an agent's lease.
const stopped = 5 * time.Second

// tricks are what the monkey does, with how often.
var tricks = []struct {
	name  string
	share int
	play  func(*monkey)
}{
	{"kill a node", 5, (*monkey).killNode},
	{"stop a node", 2, (*monkey).stopNode},
	{"cut connections", 6, (*monkey).cut},
	{"pause Redis", 2, (*monkey).pauseRedis},
	{"kill Redis", 2, (*monkey).killRedis},
}

// play goes on for so long: every trick once, in some order, then any.
func (m *monkey) play(length time.Duration) {
	end := time.Now().Add(length)
	bag := m.rng.Perm(len(tricks))
	for time.Now().Before(end) {
		if len(bag) == 0 {
			for i, trick := range tricks {
				for range trick.share {
					bag = append(bag, i)
				}
			}
			m.rng.Shuffle(len(bag), func(i, j int) { bag[i], bag[j] = bag[j], bag[i] })
		}
		trick := tricks[bag[0]]
		bag = bag[1:]
		m.done[trick.name]++
		trick.play(m)
		m.idle(m.between(400*time.Millisecond, 2*time.Second))
	}
	m.mend(true)
}

// idle mends what is due, for so long.
func (m *monkey) idle(length time.Duration) {
	for end := time.Now().Add(length); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		m.mend(false)
	}
}

func (m *monkey) mend(all bool) {
	for i := 0; i < len(m.due); {
		r := m.due[i]
		if !all && time.Now().Before(r.at) {
			i++
			continue
		}
		m.due = append(m.due[:i], m.due[i+1:]...)
		r.mend()
		delete(m.broken, r.what)
	}
}

func (m *monkey) breaks(what any, length time.Duration, mend func()) {
	m.broken[what] = true
	m.due = append(m.due, repair{time.Now().Add(length), what, mend})
}

func (m *monkey) between(least, most time.Duration) time.Duration {
	return least + time.Duration(m.rng.Int64N(int64(most-least)))
}

// victim returns a node that is not broken, or nil where it is the last one:
// nobody gets on without any, and a run would show little.
func (m *monkey) victim() *node {
	works := 0
	for _, n := range m.nodes {
		if !m.broken[n] {
			works++
		}
	}
	if works < 2 {
		return nil
	}
	for _, i := range m.rng.Perm(len(m.nodes)) {
		if !m.broken[m.nodes[i]] {
			return m.nodes[i]
		}
	}
	return nil
}

func (m *monkey) killNode() {
	n := m.victim()
	if n == nil {
		return
	}
	n.kill()
	m.breaks(n, m.between(100*time.Millisecond, 2*time.Second), func() {
		if err := n.start(); err != nil {
			m.t.Fatal(err)
		}
	})
}

func (m *monkey) stopNode() {
	n := m.victim()
	if n == nil {
		return
	}
	if err := n.signal(syscall.SIGSTOP); err != nil {
		m.t.Fatal(err)
	}
	m.breaks(n, stopped, func() {
		if err := n.signal(syscall.SIGCONT); err != nil {
			m.t.Fatal(err)
		}
	})
}

func (m *monkey) cut() { m.nodes[m.rng.IntN(len(m.nodes))].cut() }

func (m *monkey) pauseRedis() {
	if m.broken[m.redis] {
		return
	}
	m.redis.Pause()
	m.breaks(m.redis, m.between(200*time.Millisecond, 2500*time.Millisecond), m.redis.Resume)
}

func (m *monkey) killRedis() {
	if m.broken[m.redis] {
		return
	}
	m.redis.Kill()
	m.breaks(m.redis, m.between(100*time.Millisecond, 1500*time.Millisecond), m.redis.Restart)
}
