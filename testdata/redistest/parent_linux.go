package redistest

import "syscall"

// dieWithParent has the kernel kill the server when the test binary ends, even
// if that is killed.
func dieWithParent() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
}
