//go:build !linux

package load

import (
	"errors"
	"time"
)

// usage is not known on this system.
func usage(int) (work time.Duration, memory int64, err error) {
	return 0, 0, errors.New("load: the memory of another process can be read on Linux only")
}
