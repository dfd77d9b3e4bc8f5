//go:build !linux

package chaos

import "syscall"

// dieWithParent has no portable form: elsewhere only the test's cleanup ends
// the nodes.
func dieWithParent() *syscall.SysProcAttr { return nil }
