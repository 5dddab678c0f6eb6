package match

import "slices"

// Filter remembers the persons of a night by key, so that facts of years past about anybody else are dropped as soon as
// they are read, or not read at all. It is read-only once built and safe for concurrent use. A nil Filter keeps everybody.
type Filter struct {
	keys  []uint64 // ascending, each once
	words []uint64 // a blocked Bloom filter of keys
}

// keysPerWord sets the size of the Bloom filter: four keys share 64 bits, which lets about one stranger in fifty pass.
const keysPerWord = 4

// NewFilter builds the filter of the persons whose keys are given; the slice is the filter's from then on.
func NewFilter(keys []uint64) *Filter {
	keys = slices.Compact(sorted(keys))
	n := 1
	for n*keysPerWord < len(keys) {
		n *= 2
	}
	f := &Filter{keys: keys, words: make([]uint64, n)}
	for _, k := range keys {
		i, mask := f.place(k)
		f.words[i] |= mask
	}
	return f
}

// sorted gives keys in order, in their own memory or in as much more: a pass over all for each eleven bits of them, whatever they
// are, since all claimants of the country are among them.
func sorted(keys []uint64) []uint64 {
	const bits, digits = 11, 6
	if len(keys) < 1<<bits {
		slices.Sort(keys)
		return keys
	}
	var counts [digits][1 << bits]int
	for _, k := range keys {
		for d := range counts {
			counts[d][k>>(d*bits)%(1<<bits)]++
		}
	}
	from, to := keys, make([]uint64, len(keys))
	for d := range counts {
		at, n := 0, &counts[d]
		for i, count := range n {
			n[i] = at
			at += count
		}
		for _, k := range from {
			i := k >> (d * bits) % (1 << bits)
			to[n[i]] = k
			n[i]++
		}
		from, to = to, from
	}
	return from
}

// Has tells whether a person may be among those of the night: it may say so of one too many, never of one too few.
func (f *Filter) Has(key uint64) bool {
	if f == nil {
		return true
	}
	i, mask := f.place(key)
	return f.words[i]&mask == mask
}

// place gives the word of a key and its four bits. The low bits of the key choose the partition, so the word is
// chosen by a product and not by them.
func (f *Filter) place(h uint64) (int, uint64) {
	h *= 0x9e3779b97f4a7c15
	mask := uint64(1)<<(h&63) | 1<<(h>>6&63) | 1<<(h>>12&63) | 1<<(h>>18&63)
	return int(h>>32) & (len(f.words) - 1), mask
}

// fewRows is how many times fewer than the persons between them rows must be for each to be looked up by itself.
const fewRows = 16

// Pick appends to hits the places of the rows whose keys are among the filter's. keys are ascending, as a row group of the
// archive has them.
func (f *Filter) Pick(keys []uint64, hits []int32) []int32 {
	if len(keys) == 0 {
		return hits
	}
	from, _ := slices.BinarySearch(f.keys, keys[0])
	among := f.keys[from:]
	to, _ := slices.BinarySearch(among, keys[len(keys)-1])
	if to < len(among) {
		to++
	}
	among = among[:to]
	if len(keys) < len(among)/fewRows {
		return f.lookUp(keys, among, hits)
	}
	return meet(keys, among, hits)
}

// lookUp looks for each key by itself.
func (f *Filter) lookUp(keys, among []uint64, hits []int32) []int32 {
	for i, k := range keys {
		if !f.Has(k) {
			continue
		}
		if _, found := slices.BinarySearch(among, k); found {
			hits = append(hits, int32(i))
		}
	}
	return hits
}

// meet goes through both at once.
func meet(keys, among []uint64, hits []int32) []int32 {
	j := 0
	for i, k := range keys {
		for j < len(among) && among[j] < k {
			j++
		}
		if j == len(among) {
			break
		}
		if among[j] == k {
			hits = append(hits, int32(i))
		}
	}
	return hits
}
