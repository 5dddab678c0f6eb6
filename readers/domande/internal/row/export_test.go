package row

// NumberSet is the set of numbers seen.
type NumberSet struct{ s numberSet }

// Add tells whether the hash was there.
func (s *NumberSet) Add(h uint64) bool { return s.s.add(h) }
