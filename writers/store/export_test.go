package store

// Over gives the same store with something between it and its database.
func Over(s *Store, wrap func(Database) Database) *Store { return New(wrap(s.db), s.opts) }

// Waiting is how many reads wait for their audit row, without those that are being committed.
func Waiting(s *Store) int {
	s.reads.mu.Lock()
	defer s.reads.mu.Unlock()
	return len(s.reads.waiting)
}
