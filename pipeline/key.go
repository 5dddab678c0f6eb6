package pipeline

// Key gives the 64 bits that place a person (chiave): FNV-1a of the code with omocodia undone, mixed so that every bit
// counts. It is the same on every machine and in every version, since rows of the archive lie in its order. Codes that
// differ only by omocodia fall together; they stay two persons. Two codes may have one key: whoever joins by it compares
// the codes, too.
func (c CodiceFiscale) Key() uint64 {
	const (
		offset = 14695981039346656037
		prime  = 1099511628211
	)
	h := uint64(offset)
	base := c.Base()
	for i := range len(base) {
		h = (h ^ uint64(base[i])) * prime
	}
	return mix(h)
}

// mix is the finaliser of MurmurHash3 (A. Appleby, public domain): FNV alone is weak in its low bits.
func mix(h uint64) uint64 {
	h ^= h >> 33
	h *= 0xff51afd7ed558ccd
	h ^= h >> 33
	h *= 0xc4ceb9fe1a85ec53
	return h ^ h>>33
}
