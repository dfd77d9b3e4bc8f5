//go:build !linux

package redistest

import "syscall"

// dieWithParent has no portable form: elsewhere only the tests' cleanups end
// the server.
func dieWithParent() *syscall.SysProcAttr { return nil }
