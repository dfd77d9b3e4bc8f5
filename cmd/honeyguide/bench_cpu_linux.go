package main

import (
	"time"

	"golang.org/x/sys/unix"
)

// threadTime returns how long a processor has worked for this thread, which
// must be locked to its goroutine, and whether that is known. Unlike the time
// of day it does not run on while others have the processor.
func threadTime() (time.Duration, bool) {
	var t unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_THREAD_CPUTIME_ID, &t); err != nil {
		return 0, false
	}
	return time.Duration(t.Nano()), true
}
