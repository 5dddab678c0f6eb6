package night_test

import (
	"context"
	"errors"
	"sync"
	"testing"

	"incrocio/pipeline/night"
)

// TestTablesTogether: of two tables that fail, the first in the list is told of, whichever failed first; those that are
// stopped for it do not hide it, nor does a night that is called off.
func TestTablesTogether(t *testing.T) {
	first, second, off := errors.New("first"), errors.New("second"), errors.New("called off")
	for range 50 {
		var both sync.WaitGroup
		both.Add(2)
		failing := func(err error) func(context.Context) error {
			return func(context.Context) error {
				both.Done()
				both.Wait()
				return err
			}
		}
		if err := night.Together(t.Context(), 2, failing(first), failing(second)); !errors.Is(err, first) {
			t.Fatalf("two failures: %v", err)
		}
	}
	stopped := func(ctx context.Context) error {
		<-ctx.Done()
		return context.Cause(ctx)
	}
	fail := func(context.Context) error { return second }
	if err := night.Together(t.Context(), 2, stopped, fail); !errors.Is(err, second) {
		t.Errorf("one stopped by another: %v", err)
	}
	ctx, stop := context.WithCancelCause(t.Context())
	stop(off)
	if err := night.Together(ctx, 2, stopped, stopped); !errors.Is(err, off) {
		t.Errorf("called off: %v", err)
	}
	var done sync.Map
	count := func(i int) func(context.Context) error {
		return func(context.Context) error { done.Store(i, true); return nil }
	}
	if err := night.Together(t.Context(), 3, count(1), count(2), count(3), count(4)); err != nil {
		t.Error(err)
	}
	for i := 1; i <= 4; i++ {
		if _, ok := done.Load(i); !ok {
			t.Errorf("job %d was not done", i)
		}
	}
}
