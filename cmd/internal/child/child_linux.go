package child

import "syscall"

// Attr has the kernel end a child when this process ends, even if that is
// killed.
func Attr() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
}
