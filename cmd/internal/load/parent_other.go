//go:build !linux

package load

import "syscall"

// endsWithParent has no portable form: only Close ends the child.
func endsWithParent() *syscall.SysProcAttr { return nil }
