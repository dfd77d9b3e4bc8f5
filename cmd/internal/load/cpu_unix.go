//go:build unix

package load

import (
	"time"

	"golang.org/x/sys/unix"
)

// processTime is how long processors have worked for this process, or 0 where
// that is not known.
func processTime() time.Duration {
	var usage unix.Rusage
	if err := unix.Getrusage(unix.RUSAGE_SELF, &usage); err != nil {
		return 0
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}
