package console

import (
	"sync"
	"time"
)

// tokens keeps what the manager of sessions knows of their tokens, in memory. One that was not seen for idleTime is gone.
// What is too old is thrown away as others come, so that nothing has to run by itself.
type tokens struct {
	now func() time.Time

	mu    sync.Mutex
	kept  map[string]token
	swept int // how many were left when the old ones were last thrown away
}

type token struct {
	value []byte
	seen  time.Time
}

// sweepAfter is how many tokens there may be, whatever their age.
const sweepAfter = 100

// Find gives what is kept under a token. The error is nil.
func (t *tokens) Find(name string) ([]byte, bool, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	found, ok := t.kept[name]
	if !ok || t.old(&found) {
		return nil, false, nil
	}
	return found.value, true, nil
}

// Commit keeps something under a token. The manager's own idea of when it ends, by the clock of the machine, is not needed.
// The error is nil.
func (t *tokens) Commit(name string, value []byte, _ time.Time) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.kept[name] = token{value, t.now()}
	if len(t.kept) > 2*t.swept+sweepAfter {
		for name, k := range t.kept {
			if t.old(&k) {
				delete(t.kept, name)
			}
		}
		t.swept = len(t.kept)
	}
	return nil
}

// Delete forgets a token. The error is nil.
func (t *tokens) Delete(name string) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.kept, name)
	return nil
}

func (t *tokens) old(k *token) bool { return t.now().Sub(k.seen) >= idleTime }
