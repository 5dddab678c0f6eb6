package match

import "math/bits"

// MaxPartitions is the largest number of partitions.
const MaxPartitions = 4096

// ValidPartitions tells whether n is a power of two from 1 to [MaxPartitions].
func ValidPartitions(n int) bool {
	return n >= 1 && n <= MaxPartitions && bits.OnesCount(uint(n)) == 1
}

// Partition gives the place of a key among n partitions, from 0; n is a power of two.
func Partition(key uint64, n int) int { return int(key & uint64(n-1)) }
