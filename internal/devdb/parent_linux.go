package devdb

import "syscall"

// dieWithParent gives PostgreSQL a fast shutdown when the supervisor is killed.
func dieWithParent(a *syscall.SysProcAttr) { a.Pdeathsig = syscall.SIGINT }
