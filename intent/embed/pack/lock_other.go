//go:build !(darwin || dragonfly || freebsd || linux || netbsd || openbsd)

package pack

// lock does nothing where files cannot be locked in the way of Unix: two builds
// at once are then for the operator to avoid.
func lock(string) (unlock func() error, err error) {
	return func() error { return nil }, nil
}

// syncFolder does nothing where folders cannot be synced.
func syncFolder(string) error { return nil }
