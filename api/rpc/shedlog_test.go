package rpc

import (
	"testing"
	"time"
)

func TestShedLog(t *testing.T) {
	var s shedLog
	began := time.Unix(1_800_000_000, 0)
	for _, tt := range []struct {
		at     time.Duration
		ok     bool
		silent int
	}{
		{0, true, 0},
		{0, false, 0},
		{999 * time.Millisecond, false, 0},
		{time.Second, true, 2},
		{time.Second, false, 0},
		{-time.Hour, true, 1}, // the clock was set back
		{-time.Hour + time.Second, true, 0},
	} {
		silent, ok := s.next(began.Add(tt.at))
		if ok != tt.ok || silent != tt.silent {
			t.Errorf("next(%v) = %d, %t, want %d, %t", tt.at, silent, ok, tt.silent, tt.ok)
		}
	}
}
