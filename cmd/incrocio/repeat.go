package main

import (
	"sync"
	"time"
)

// repeat calls fn every so often, one call at a time, until the function it gives is called, which waits for a call under way.
func repeat(every time.Duration, fn func()) (stop func()) {
	done := make(chan struct{})
	var running sync.WaitGroup
	running.Go(func() {
		tick := time.NewTicker(every)
		defer tick.Stop()
		for {
			select {
			case <-done:
				return
			case <-tick.C:
				fn()
			}
		}
	})
	return func() { close(done); running.Wait() }
}
