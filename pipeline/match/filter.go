package match

// Filter remembers the persons of a night, so that facts of years past about anybody else are dropped as soon as
// they are read. It is a blocked Bloom filter: it may keep a person too many, never one too few, and what it keeps
// too many decides nothing. It is read-only once built and safe for concurrent use. A nil Filter keeps everybody.
type Filter struct {
	words []uint64
}

// keysPerWord sets the size: four keys share 64 bits, which lets about one stranger in fifty pass.
const keysPerWord = 4

// NewFilter builds the filter of the persons whose hashes are given.
func NewFilter(hashes []uint64) *Filter {
	n := 1
	for n*keysPerWord < len(hashes) {
		n *= 2
	}
	f := &Filter{words: make([]uint64, n)}
	for _, h := range hashes {
		i, mask := f.place(h)
		f.words[i] |= mask
	}
	return f
}

// Has tells whether a person may be among those of the night.
func (f *Filter) Has(hash uint64) bool {
	if f == nil {
		return true
	}
	i, mask := f.place(hash)
	return f.words[i]&mask == mask
}

// place gives the word of a hash and its four bits. The low bits of the hash choose the partition, so the word is
// chosen by a product and not by them.
func (f *Filter) place(h uint64) (int, uint64) {
	h *= 0x9e3779b97f4a7c15
	mask := uint64(1)<<(h&63) | 1<<(h>>6&63) | 1<<(h>>12&63) | 1<<(h>>18&63)
	return int(h>>32) & (len(f.words) - 1), mask
}
