package redisqueue

import "time"

// SetNow has the process's own clock be now.
func (q *Queue) SetNow(now func() time.Time) { q.shops.now = now }

// Twins.
var (
	ShopsKeys = shopsKeys
	StirsKeys = stirsKeys
)
