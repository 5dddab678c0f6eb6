package match

import (
	"math/bits"
	"math/rand/v2"
)

// scatter is different in every process: who chooses codes cannot choose where their keys fall in a set. What a set is asked
// does not depend on it.
var scatter = rand.Uint64() | 1

// keys is a set of keys, open to addresses beside the one where a key belongs.
type keys struct {
	slots []uint64 // 0: free
	shift int
	n     int
	zero  bool // 0 is in the set
}

// newKeys gives an empty set with room for n.
func newKeys(n int) *keys {
	size := bits.Len(uint(max(n, 4) * 3 / 2)) // at most two thirds full
	return &keys{slots: make([]uint64, 1<<size), shift: 64 - size}
}

// find gives the slot of a key, or the free one where it would go.
func (s *keys) find(key uint64) int {
	i := int(key * scatter >> s.shift)
	for s.slots[i] != 0 && s.slots[i] != key {
		i = (i + 1) & (len(s.slots) - 1)
	}
	return i
}

// add adds a key and tells whether it was not there.
func (s *keys) add(key uint64) bool {
	if key == 0 {
		was := s.zero
		s.zero = true
		return !was
	}
	i := s.find(key)
	if s.slots[i] == key {
		return false
	}
	s.slots[i] = key
	if s.n++; s.n*3 > len(s.slots)*2 {
		s.grow()
	}
	return true
}

func (s *keys) grow() {
	old := s.slots
	s.slots, s.shift = make([]uint64, 2*len(old)), s.shift-1
	for _, key := range old {
		if key != 0 {
			s.slots[s.find(key)] = key
		}
	}
}

func (s *keys) has(key uint64) bool {
	if key == 0 {
		return s.zero
	}
	return s.slots[s.find(key)] == key
}
