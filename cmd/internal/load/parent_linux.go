package load

import "syscall"

// endsWithParent has the kernel end a child process when this one ends, even if
// that is killed.
func endsWithParent() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
}
