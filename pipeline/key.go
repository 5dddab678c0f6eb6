package pipeline

// Key gives the 64 bits that place a person (chiave): FNV-1a of the code with omocodia undone, mixed so that every bit
// counts. It is the same on every machine and in every version, since rows of the archive lie in its order. Codes that
// differ only by omocodia fall together; they stay two persons. Two codes may have one key: whoever joins by it compares
// the codes, too.
func (c CodiceFiscale) Key() uint64 { return mix(fnv(fnvOffset, string(c.Base()))) }

// NameKey gives 32 bits of a code of communication, by which the archive finds who bears or cites it: FNV-1a, mixed, never 0.
// Codes of domestic work, which INPS gives, are told apart from those of the Ministry. Like [CodiceFiscale.Key] it is the same
// everywhere; many codes have one key.
func NameKey(code string, domestic bool) uint32 {
	h := uint64(fnvOffset)
	if domestic {
		h = fnv(h, "D")
	}
	return max(1, uint32(mix(fnv(h, code))))
}

const fnvOffset = 14695981039346656037

func fnv(h uint64, s string) uint64 {
	const prime = 1099511628211
	for i := range len(s) {
		h = (h ^ uint64(s[i])) * prime
	}
	return h
}

// mix is the finaliser of MurmurHash3 (A. Appleby, public domain): FNV alone is weak in its low bits.
func mix(h uint64) uint64 {
	h ^= h >> 33
	h *= 0xff51afd7ed558ccd
	h ^= h >> 33
	h *= 0xc4ceb9fe1a85ec53
	return h ^ h>>33
}
