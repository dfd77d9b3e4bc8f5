package load

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"
)

// usage returns how long processors have worked for a process, and how many
// bytes of it are resident.
func usage(pid int) (work time.Duration, memory int64, err error) {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0, 0, fmt.Errorf("load: %w", err)
	}
	// The name, in brackets, may hold anything; after it come fields 3 and on.
	_, rest, _ := strings.Cut(string(stat), ") ")
	fields := strings.Fields(rest)
	if len(fields) < 22 {
		return 0, 0, fmt.Errorf("load: /proc/%d/stat has %d fields", pid, len(fields))
	}
	var numbers [3]int64
	for i, at := range []int{11, 12, 21} { // utime, stime and rss
		if numbers[i], err = strconv.ParseInt(fields[at], 10, 64); err != nil {
			return 0, 0, fmt.Errorf("load: /proc/%d/stat: %w", pid, err)
		}
	}
	const tick = 10 * time.Millisecond // of every Linux that Go runs on
	return time.Duration(numbers[0]+numbers[1]) * tick, numbers[2] * int64(os.Getpagesize()), nil
}
