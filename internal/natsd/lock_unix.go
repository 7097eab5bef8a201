//go:build unix

package natsd

import (
	"errors"
	"os"
	"syscall"
)

// lockFile takes the lock or returns errLocked. The kernel gives it up when
// the process ends, however it ends.
func lockFile(f *os.File) error {
	err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return errLocked
	}
	return err
}
