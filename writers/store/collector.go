package store

import (
	"context"
	"slices"
	"sync"
)

// collector groups the audit rows of reads that go on at once: the first that waits commits for all who wait by then, and
// nobody returns before its row is committed. It has no goroutine of its own.
type collector struct {
	mu      sync.Mutex
	waiting []*waiter
	busy    bool // somebody commits, or was told to
}

// waiter is a read whose audit row is not committed yet.
type waiter struct {
	entry Entry
	done  chan error    // of one: how the commit ended
	lead  chan struct{} // of one: it is to commit for those who wait
}

// maxTogether is how many audit rows of reads one transaction appends.
const maxTogether = 256

// remember appends an audit row for a read. Where it returns an error nothing may be shown.
func (s *Store) remember(ctx context.Context, e Entry) error {
	w := &waiter{entry: e, done: make(chan error, 1), lead: make(chan struct{}, 1)}
	if s.reads.join(w) {
		s.commit(ctx)
	}
	for {
		select {
		case err := <-w.done:
			return err
		case <-w.lead:
			s.commit(ctx)
		case <-ctx.Done():
			s.reads.leave(w)
			return context.Cause(ctx)
		}
	}
}

// join tells whether w is to commit.
func (c *collector) join(w *waiter) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.waiting = append(c.waiting, w)
	leads := !c.busy
	c.busy = true
	return leads
}

// take gives those who wait, as many as go into one transaction.
func (c *collector) take() []*waiter {
	c.mu.Lock()
	defer c.mu.Unlock()
	n := min(len(c.waiting), maxTogether)
	batch := slices.Clone(c.waiting[:n])
	c.waiting = slices.Delete(c.waiting, 0, n)
	return batch
}

// next hands the commit over to the first who waits.
func (c *collector) next() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.hand()
}

func (c *collector) hand() {
	if c.busy = len(c.waiting) > 0; c.busy {
		c.waiting[0].lead <- struct{}{}
	}
}

// leave takes back one who has given up; whoever was told to commit hands that over. A row that is being committed stays.
func (c *collector) leave(w *waiter) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.waiting = slices.DeleteFunc(c.waiting, func(o *waiter) bool { return o == w })
	select {
	case <-w.lead:
		c.hand()
	default:
	}
}

// commit appends the rows of all who wait. It goes on when the caller gives up: the others wait for it.
func (s *Store) commit(ctx context.Context) {
	defer s.reads.next()
	batch := s.reads.take()
	if len(batch) == 0 {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), tries*s.opts.BusyTime())
	defer cancel()
	err := s.update(ctx, func(c *change) error {
		for _, w := range batch {
			if err := c.audit(ctx, w.entry); err != nil {
				return err
			}
		}
		return nil
	})
	for _, w := range batch {
		w.done <- step("note what was read", err)
	}
}
