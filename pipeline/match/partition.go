package match

import (
	"math/bits"

	"incrocio/pipeline"
)

// MaxPartitions is the largest number of partitions.
const MaxPartitions = 4096

// ValidPartitions tells whether n is a power of two from 1 to [MaxPartitions].
func ValidPartitions(n int) bool {
	return n >= 1 && n <= MaxPartitions && bits.OnesCount(uint(n)) == 1
}

// Hash gives the 64 bits that place a person: FNV-1a of the code with omocodia undone, mixed so that every bit
// counts. It is the same on every machine and in every version, since partitions are places on disk as well.
// Codes that differ only by omocodia fall together; they stay two persons.
func Hash(code pipeline.CodiceFiscale) uint64 {
	const (
		offset = 14695981039346656037
		prime  = 1099511628211
	)
	h := uint64(offset)
	base := code.Base()
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

// Partition gives the place of a hash among n partitions, from 0; n is a power of two.
func Partition(hash uint64, n int) int { return int(hash & uint64(n-1)) }
