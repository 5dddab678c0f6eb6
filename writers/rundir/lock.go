package rundir

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// ErrLocked is wrapped by [LockedError].
var ErrLocked = errors.New("another night holds the lock")

// LockedError is returned by [Lock] while another process, or another call in this one, holds the lock. It wraps
// [ErrLocked].
type LockedError struct {
	By Holder // who holds it, as far as that is known
}

func (e *LockedError) Error() string { return ErrLocked.Error() + ": " + e.By.String() }

// Unwrap gives [ErrLocked].
func (e *LockedError) Unwrap() error { return ErrLocked }

// Holder says who holds a lock. It is written into the file of the lock for people to read and decides nothing: the lock
// is the operating system's.
type Holder struct {
	PID   int       `json:"processo"`
	Host  string    `json:"macchina"`
	Since time.Time `json:"dal"`
}

// String names the holder; what is not known is said to be so.
func (h Holder) String() string {
	pid, host, since := "an unknown process", "an unknown host", "an unknown moment"
	if h.PID > 0 {
		pid = fmt.Sprintf("process %d", h.PID)
	}
	if h.Host != "" {
		host = h.Host
	}
	if !h.Since.IsZero() {
		since = h.Since.UTC().Format(time.RFC3339)
	}
	return pid + " on " + host + ", since " + since
}

// Lock takes the lock of a home, which the operating system drops when the process ends however it ends. It does not
// wait: where the lock is held it returns a [LockedError]. since is told to those who come after. Release may be called
// more than once.
func Lock(home string, since time.Time) (release func(), err error) {
	f, err := os.OpenFile(filepath.Join(home, lockFile), os.O_RDWR|os.O_CREATE, fileMode)
	if err != nil {
		return nil, fmt.Errorf("lock: %w", err)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		if errors.Is(err, syscall.EWOULDBLOCK) {
			err = &LockedError{By: readHolder(f)}
		}
		return nil, errors.Join(fmt.Errorf("lock: %w", err), f.Close())
	}
	sign(f, since)
	return func() {
		_ = f.Truncate(0)
		// Closing the only descriptor drops the lock; a second Close does nothing.
		_ = f.Close()
	}, nil
}

// sign writes who holds the lock. A full disk keeps nobody from the night: the holder is unknown then.
func sign(f *os.File, since time.Time) {
	if f.Truncate(0) != nil { // what a holder that was killed had written
		return
	}
	h := Holder{PID: os.Getpid(), Since: since.UTC()}
	h.Host, _ = os.Hostname()
	if text, err := json.Marshal(h); err == nil {
		_, _ = f.WriteAt(text, 0)
	}
}

// longestHolder is the most bytes that a holder takes.
const longestHolder = 512

// readHolder reads who holds the lock: nobody known where that was not written, or not by [sign].
func readHolder(f *os.File) Holder {
	text, err := io.ReadAll(io.NewSectionReader(f, 0, longestHolder))
	if err != nil {
		return Holder{}
	}
	var h Holder
	if json.Unmarshal(text, &h) != nil {
		return Holder{}
	}
	other := func(c rune) bool {
		return !strings.ContainsRune("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_", c)
	}
	if len(h.Host) > 64 || strings.ContainsFunc(h.Host, other) {
		h.Host = ""
	}
	return h
}
