package rundir

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
)

// ErrLocked is returned by [Lock] while another process, or another call in this one, holds the lock.
var ErrLocked = errors.New("another night holds the lock")

// Lock takes the lock of a home, which the operating system drops when the process ends however it ends. It does not
// wait. Release may be called more than once.
func Lock(home string) (release func(), err error) {
	f, err := os.OpenFile(filepath.Join(home, lockFile), os.O_RDWR|os.O_CREATE, fileMode)
	if err != nil {
		return nil, fmt.Errorf("lock: %w", err)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		if errors.Is(err, syscall.EWOULDBLOCK) {
			err = ErrLocked
		}
		return nil, errors.Join(fmt.Errorf("lock: %w", err), f.Close())
	}
	// Closing the only descriptor drops the lock; a second Close does nothing.
	return func() { _ = f.Close() }, nil
}
