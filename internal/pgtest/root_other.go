//go:build !linux

package pgtest

import "syscall"

func notRoot() *syscall.SysProcAttr { return nil }
