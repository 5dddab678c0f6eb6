//go:build !linux

package domande

import "runtime/debug"

// limitSelf limits the heap as far as the runtime can; systems other than Linux have no limit on data that was tried.
func limitSelf() error {
	debug.SetMemoryLimit(childHeap)
	return nil
}

func enlarge(any) {}
