package pgtest

import (
	"os"
	"syscall"
)

// somebody is who root is inside the namespace.
const somebody = 1000

// notRoot keeps a program from being root, which PostgreSQL refuses to be: in a
// namespace of its own it has another number, and the same files.
func notRoot() *syscall.SysProcAttr {
	if os.Geteuid() != 0 {
		return nil
	}
	return &syscall.SysProcAttr{
		Cloneflags:  syscall.CLONE_NEWUSER,
		UidMappings: []syscall.SysProcIDMap{{ContainerID: somebody, HostID: 0, Size: 1}},
		GidMappings: []syscall.SysProcIDMap{{ContainerID: somebody, HostID: 0, Size: 1}},
	}
}
