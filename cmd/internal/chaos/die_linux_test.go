package chaos

import "syscall"

// dieWithParent has the kernel kill a node when the test binary ends, even if
// that is killed.
func dieWithParent() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
}
