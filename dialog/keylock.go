package dialog

import (
	"context"
	"fmt"
	"sync"
)

// keyLock makes work on one key serial inside this process, while different
// keys never wait for each other. Its zero value is ready.
type keyLock struct {
	mu   sync.Mutex
	keys map[string]*keyQueue // guarded by mu; holds only keys in use
}

type keyQueue struct {
	token chan struct{} // full while somebody holds the key
	users int           // holder and waiters; guarded by keyLock.mu
}

// lock waits for the key, and for no longer than ctx. The caller must call
// unlock once.
func (l *keyLock) lock(ctx context.Context, key string) (unlock func(), err error) {
	q := l.join(key)
	select {
	case q.token <- struct{}{}:
		return func() { <-q.token; l.leave(key, q) }, nil
	case <-ctx.Done():
		l.leave(key, q)
		return nil, fmt.Errorf("dialog: waiting for the session: %w", context.Cause(ctx))
	}
}

func (l *keyLock) join(key string) *keyQueue {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.keys == nil {
		l.keys = make(map[string]*keyQueue)
	}
	q := l.keys[key]
	if q == nil {
		q = &keyQueue{token: make(chan struct{}, 1)}
		l.keys[key] = q
	}
	q.users++
	return q
}

func (l *keyLock) leave(key string, q *keyQueue) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if q.users--; q.users == 0 {
		delete(l.keys, key)
	}
}
