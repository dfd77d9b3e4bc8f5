//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package pack

import (
	"errors"
	"fmt"
	"os"
	"syscall"
)

// lock takes the lock of a shelf, or returns ErrBusy. The system frees it when
// the process ends, however it ends.
func lock(path string) (unlock func() error, err error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o644)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		if errors.Is(err, syscall.EWOULDBLOCK) {
			err = fmt.Errorf("%w: it holds %s", ErrBusy, path)
		}
		return nil, errors.Join(err, f.Close())
	}
	return f.Close, nil
}

// syncFolder has the names in a folder written to disk.
func syncFolder(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}
