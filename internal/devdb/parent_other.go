//go:build !linux

package devdb

import "syscall"

// dieWithParent is Linux's alone; elsewhere the next Open ends a stale server.
func dieWithParent(*syscall.SysProcAttr) {}
