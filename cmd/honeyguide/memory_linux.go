package main

import "syscall"

// peakMemory returns how many bytes of the process were resident at most, or 0
// where that is not known.
func peakMemory() int64 {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		return 0
	}
	return usage.Maxrss << 10 // Linux counts in kilobytes
}
