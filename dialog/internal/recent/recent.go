// Package recent keeps what was used last, to be taken out and put back.
package recent

import lru "github.com/hashicorp/golang-lru/v2"

// Things are values by key: the last so many that were kept. They are safe for
// concurrent use.
type Things[V any] struct{ cache *lru.Cache[string, V] }

// New returns room for most things, at least one.
func New[V any](most int) *Things[V] {
	cache, err := lru.New[string, V](max(1, most))
	if err != nil {
		panic(err) // of a size below 1
	}
	return &Things[V]{cache}
}

// Take removes what is kept under a key, and returns it. Of several who take at
// the same time under one key more than one may get it.
func (t *Things[V]) Take(key string) (v V, ok bool) {
	if v, ok = t.cache.Peek(key); ok {
		t.cache.Remove(key)
	}
	return v, ok
}

// Keep keeps a value, in place of what was kept under its key.
func (t *Things[V]) Keep(key string, v V) { t.cache.Add(key, v) }

// Forget removes what is kept under a key.
func (t *Things[V]) Forget(key string) { t.cache.Remove(key) }

// Clear removes all.
func (t *Things[V]) Clear() { t.cache.Purge() }
