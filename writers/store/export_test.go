package store

// Over gives the same store with something between it and its database.
func Over(s *Store, wrap func(Database) Database) *Store { return New(wrap(s.db), s.opts) }
