//go:build !linux

package child

import "syscall"

// Attr is nil: there is no portable form. Only who started a child ends it.
func Attr() *syscall.SysProcAttr { return nil }
